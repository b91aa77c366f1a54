package io.millrace.onnx.transform;

/** How one fitted transform is written in ONNX; a further one is one more class. */
interface Operation {
  /** Adds nodes; returns the name of their output, [N, width] of float32. */
  String append(TransformNodes nodes);

  static Operation of(FittedTransform transform) {
    return switch (transform) {
      case FittedTransform.Identity identity -> nodes -> nodes.number(identity.input());
      case FittedTransform.ScaleToZScore scale -> new ScaleToZScoreNodes(scale);
      case FittedTransform.Bucketize bucketize -> new BucketizeNodes(bucketize);
      case FittedTransform.Vocabulary vocabulary -> new VocabularyNodes(vocabulary);
      case FittedTransform.OneHot oneHot -> new OneHotNodes(oneHot);
    };
  }
}
