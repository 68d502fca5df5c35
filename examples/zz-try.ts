import { DataLoader, experiment, loss, manualSeed, metrics, mnist, nn, optim, Trainer, TensorDataset, type Tensor } from "versant";
import { digitsOf } from "/tmp/wt12-specialise/examples/support/someDigits.ts";
class R extends nn.Module {
  body: nn.Sequential; output: nn.Sequential;
  constructor(deep: boolean) { super();
    const conv = [new nn.Conv2d(1, 8, 5, { padding: 2 }), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Conv2d(8, 16, 5), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Flatten()];
    const hid = [new nn.Linear(400, 64), new nn.ReLU()];
    this.body = new nn.Sequential(...conv, ...(deep ? hid : []));
    this.output = new nn.Sequential(...(deep ? [] : hid), new nn.Linear(64, 5));
  }
  forward(x: Tensor) { return this.output.forward(this.body.forward(x)); }
}
export default experiment({ name: "t", hyperparameters: {}, setup: async () => {
  const d = mnist();
  const lowTrain = digitsOf(d.train, "low", 1000, 1);
  const test = digitsOf(d.test, "high", 400, 1);
  const parts = (m: nn.Module, lr: number) => ({ model: m, loss: loss.crossEntropy, optimizer: new optim.Adam(m.parameters(), { learningRate: lr }), metrics: [metrics.accuracy()] });
  for (const deep of [true, false]) {
    manualSeed(3);
    const base = new R(deep);
    await new Trainer(parts(base, 1e-3)).fit({ train: new DataLoader(lowTrain, { batchSize: 64, shuffle: true, seed: 1 }), epochs: 6 });
    for (const updates of [100, 400]) for (const lr of [1e-3, 5e-3]) for (const k of [1, 5, 50]) {
      const acc: Record<string, number> = {};
      for (const kind of ["frozen", "scratch"]) { acc[kind] = 0; for (let s = 0; s < 3; s++) {
        manualSeed(10 + s); const m = new R(deep);
        if (kind === "frozen") { m.body.loadStateDict(base.body.stateDict()); m.freeze("body"); }
        const t = new Trainer(parts(m, lr)); const few = digitsOf(d.train, "high", k, s);
        const b = Math.min(few.length, 25);
        await t.fit({ train: new DataLoader(few, { batchSize: b, shuffle: true, seed: s }), epochs: Math.ceil(updates * b / few.length) });
        acc[kind] += ((await t.evaluate(new DataLoader(test, { batchSize: 1000 }))).accuracy ?? 0) / 3;
      } }
      console.log(deep ? "deep" : "conv", updates, lr, k, acc.frozen?.toFixed(3), acc.scratch?.toFixed(3));
    }
  }
  process.exit(0);
}});
