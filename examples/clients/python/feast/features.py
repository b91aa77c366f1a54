"""Prints how often it rained lately at each place named: features.py <place>..."""
import os
import sys
import tempfile
from datetime import timedelta

from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64

# Feast wants to know what it reads: a view is a pipeline, its features are the windowed ones.
place = Entity(name="place", value_type=ValueType.STRING)
rain = FeatureView(
    name="rain", entities=[place], schema=[Field(name="wet_7d", dtype=Float64)], ttl=timedelta(0),
    source=FileSource(path="unused.parquet", timestamp_field="at"))

with tempfile.TemporaryDirectory() as folder:
    store = FeatureStore(config=RepoConfig(
        project="millrace", provider="local", registry=f"{folder}/registry.db",
        online_store={
            "type": "remote", "path": os.environ.get("MILLRACE_TRANSFORMER_URL", "http://localhost:6566")},
        entity_key_serialization_version=3))
    store.apply([place, rain])
    answer = store.get_online_features(
        features=["rain:wet_7d"], entity_rows=[{"place": name} for name in sys.argv[1:]]).to_dict()
    for name, wet in zip(answer["place"], answer["wet_7d"]):
        print(name, wet)
