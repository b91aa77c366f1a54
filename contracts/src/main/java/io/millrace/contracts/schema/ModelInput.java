package io.millrace.contracts.schema;

/**
 * How a value goes into a model.
 *
 * @param onnx element type of the ONNX tensor
 * @param openInference datatype of the Open Inference Protocol's tensor (V2)
 * @param missing what stands for a missing value, which no tensor can express
 */
public record ModelInput(String onnx, String openInference, Object missing) {}
