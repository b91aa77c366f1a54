// Publishes an evening of each place and prints what is predicted for it: events <date>.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/hamba/avro/v2"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sr"
)

// Fields of the record that are not named here are passed over.
type Prediction struct {
	ExampleID *string  `avro:"exampleId"`
	Version   int      `avro:"version"`
	Score     *float64 `avro:"score"`
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	registry := must(sr.NewClient(sr.URLs(env("MILLRACE_REGISTRY_URL", "http://localhost:8080") + "/apis/ccompat/v7")))
	kafka := must(kgo.NewClient(
		kgo.SeedBrokers(env("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")),
		kgo.ConsumeTopics("millrace.rain.predictions"),
		kgo.FetchIsolationLevel(kgo.ReadCommitted())))
	defer kafka.Close()

	latest := must(registry.SchemaByVersion(ctx, "millrace.rain.evenings-value", -1))
	schema := must(avro.Parse(latest.Schema.Schema))
	at := must(time.Parse(time.DateOnly, os.Args[1])).Add(21 * time.Hour)
	waiting := map[string]bool{}
	for _, place := range []string{"Seattle", "New York"} {
		id := place + "/" + os.Args[1]
		value := must((&sr.ConfluentHeader{}).AppendEncode(nil, latest.ID, nil))
		value = append(value, must(avro.Marshal(schema, map[string]any{
			"day": id, "at": at, "place": place,
			"rain_mm": 4.1, "temp_max": 9.5, "temp_min": 4.5, "wind": 3.2, "sky": "rain"}))...)
		record := &kgo.Record{Topic: "millrace.rain.evenings", Key: []byte(id), Value: value}
		if err := kafka.ProduceSync(ctx, record).FirstErr(); err != nil {
			log.Fatal(err)
		}
		waiting[id] = true
	}

	schemas := map[int]avro.Schema{}
	for len(waiting) > 0 {
		fetches := kafka.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			log.Fatal(err)
		}
		for _, record := range fetches.Records() {
			if record.Value == nil { // a watermark
				continue
			}
			number, body, err := (&sr.ConfluentHeader{}).DecodeID(record.Value)
			if err != nil {
				log.Fatal(err)
			}
			if schemas[number] == nil {
				schemas[number] = must(avro.Parse(must(registry.SchemaByID(ctx, number)).Schema))
			}
			var prediction Prediction
			if err := avro.Unmarshal(schemas[number], body, &prediction); err != nil {
				log.Fatal(err)
			}
			if id := prediction.ExampleID; id != nil && prediction.Score != nil && waiting[*id] {
				fmt.Printf("%s %.6f version %d\n", *id, *prediction.Score, prediction.Version)
				delete(waiting, *id)
			}
		}
	}
}

func env(name, otherwise string) string {
	if value, ok := os.LookupEnv(name); ok {
		return value
	}
	return otherwise
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
