"""Publishes an evening of each place and prints what is predicted for it: events.py <date>."""
import os
import sys
import time
from datetime import datetime

from confluent_kafka import Consumer, Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

kafka = {"bootstrap.servers": os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")}
registry = SchemaRegistryClient(
    {"url": os.environ.get("MILLRACE_REGISTRY_URL", "http://localhost:8080") + "/apis/ccompat/v7"})

topic = "millrace.rain.evenings"
serializer = AvroSerializer(
    registry, conf={"auto.register.schemas": False, "use.latest.version": True})
producer = Producer(kafka | {"partitioner": "murmur2_random", "enable.idempotence": True})
failures = []
waiting = set()
for place in "Seattle", "New York":
    id = f"{place}/{sys.argv[1]}"
    evening = {
        "day": id, "at": datetime.fromisoformat(f"{sys.argv[1]}T21:00:00+00:00"), "place": place,
        "rain_mm": 4.1, "temp_max": 9.5, "temp_min": 4.5, "wind": 3.2, "sky": "rain"}
    producer.produce(
        topic, key=id, value=serializer(evening, SerializationContext(topic, MessageField.VALUE)),
        on_delivery=lambda failure, _: failures.append(failure) if failure else None)
    waiting.add(id)
if producer.flush(30) or failures:
    sys.exit(f"not written: {failures}")

deserializer = AvroDeserializer(registry)
consumer = Consumer(kafka | {
    "group.id": "clients-python", "auto.offset.reset": "earliest", "enable.auto.commit": False})
consumer.subscribe(["millrace.rain.predictions"])
end = time.monotonic() + 120
while waiting and time.monotonic() < end:
    record = consumer.poll(1)
    if record is None or record.error() or record.value() is None:  # without a value: a watermark
        continue
    prediction = deserializer(
        record.value(), SerializationContext(record.topic(), MessageField.VALUE))
    if prediction["exampleId"] in waiting:
        print(f"{prediction['exampleId']} {prediction['score']:.6f} version {prediction['version']}")
        waiting.remove(prediction["exampleId"])
consumer.close()
sys.exit(f"not predicted: {waiting}" if waiting else 0)
