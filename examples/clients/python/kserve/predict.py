"""Prints the chance of rain tomorrow after two evenings, by V1 and by V2."""
import asyncio
import os

from kserve import InferInput, InferRequest, InferenceRESTClient, RESTConfig

SERVING = os.environ.get("MILLRACE_SERVING_URL", "http://localhost:8501")
EVENINGS = [
    {"at": "2015-12-31T21:00:00Z", "place": "Seattle", "rain_mm": 4.1, "temp_max": 9.5,
     "temp_min": 4.5, "wind": 3.2, "sky": "rain"},
    {"at": "2015-12-31T21:00:00Z", "place": "New York", "rain_mm": 0.0, "temp_max": 11.1,
     "temp_min": 6.1, "wind": 5.5, "sky": "sun"}]


async def main():
    v1 = InferenceRESTClient(RESTConfig(protocol="v1"))
    answer = await v1.infer(SERVING, {"instances": EVENINGS}, model_name="rain")
    print("v1", *answer["predictions"])

    inputs = []
    for name in EVENINGS[0]:
        values = [evening[name] for evening in EVENINGS]
        datatype = "BYTES" if isinstance(values[0], str) else "FP64"
        inputs.append(InferInput(name, [len(values)], datatype, data=values))
    v2 = InferenceRESTClient(RESTConfig(protocol="v2"))
    answer = await v2.infer(SERVING, InferRequest("rain", inputs), model_name="rain")
    print("v2", *answer.outputs[0].data)


asyncio.run(main())
