import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What Prometheus is told, over all reloads. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: "versant_requests_total",
    help: "Requests for predictions, by status",
    labelNames: ["model", "version", "status"],
    registers: [this.registry],
  });
  readonly predictions = new Counter({
    name: "versant_predictions_total",
    help: "Samples answered",
    labelNames: ["model", "version"],
    registers: [this.registry],
  });
  readonly seconds = new Histogram({
    name: "versant_request_seconds",
    help: "From the last byte of a request to its answer",
    labelNames: ["model", "version"],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    registers: [this.registry],
  });
  readonly batches = new Histogram({
    name: "versant_batch_samples",
    help: "Samples computed together",
    labelNames: ["model", "version"],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    registers: [this.registry],
  });
  readonly models = new Gauge({
    name: "versant_model_info",
    help: "The models that are served, by the hash of their file",
    labelNames: ["model", "version", "sha256"],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
