"""Prints the chance of rain tomorrow after two evenings."""
import os

import numpy
from tritonclient.http import InferenceServerClient, InferInput

EVENINGS = {
    "at": ["2015-12-31T21:00:00Z", "2015-12-31T21:00:00Z"], "place": ["Seattle", "New York"],
    "rain_mm": [4.1, 0.0], "temp_max": [9.5, 11.1], "temp_min": [4.5, 6.1], "wind": [3.2, 5.5],
    "sky": ["rain", "sun"]}

inputs = []
for name, values in EVENINGS.items():
    text = isinstance(values[0], str)
    tensor = InferInput(name, [len(values)], "BYTES" if text else "FP64")
    # As JSON: the client's default is binary tensors, which serving does not take.
    tensor.set_data_from_numpy(
        numpy.array(values, object if text else numpy.float64), binary_data=False)
    inputs.append(tensor)

serving = os.environ.get("MILLRACE_SERVING_URL", "http://localhost:8501").removeprefix("http://")
client = InferenceServerClient(serving)
answer = client.infer("rain", inputs)
print("v2", *answer.as_numpy("score").flatten())
