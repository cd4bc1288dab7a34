"""Judge 117,805 transfers of the AMLSim sample before they leave: var/examples/transfers.png."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pyarrow as pa
import pyarrow.csv as csv

from tartip.engines.transfers import COMPLETE, Transfer, TransferRules

root = Path(__file__).parents[2]
file = root.parent / "shared/data/antifraud/amlsim_20k_cycle200_transactions.csv.gz"
if file.exists():
    rows = csv.read_csv(file).sort_by("time")
else:  # without the sample, made transfers do
    rng = np.random.default_rng(1)
    made = {name: rng.integers(0, 2_000, 20_000) for name in ("sourceNodeId", "targetNodeId")}
    rows = pa.table({**made, "value": rng.lognormal(6, 1, 20_000), "time": np.sort(rng.integers(1, 150, 20_000))})
payer, receiver = rows["sourceNodeId"].to_numpy(), rows["targetNodeId"].to_numpy()
columns = {"debtor": payer, "debtor_account": payer, "creditor": receiver, "creditor_account": receiver}
columns["amount"] = np.maximum(np.round(rows["value"].to_numpy() * 100), 1).astype(np.int64)  # minor units
columns["at"] = 1_760_000_000_000 + rows["time"].to_numpy() * 86_400_000 + np.arange(len(rows))  # a step is a day

rules = TransferRules()
judged = rules.process(pa.table({"id": np.arange(len(rows)), **columns}))
worst = judged[int(judged.scores.argmax())]
print(f"{len(judged):,} transfers; the highest score, {worst.score}, asks for {worst.advice.name}:")
for reason in worst.reasons[:6]:
    print(f"  {reason.rule} {reason.name}: {reason.text} (+{reason.weight})")
last = int(columns["at"][-1])
asked = rules.judge(Transfer(-1, last, 9_000_000_00, debtor=1, debtor_account=1, creditor=2, creditor_account=2))
print("Nine million to account 2 now?", asked[0].advice.name, [r.rule for r in asked[0].reasons])

plt.hist(judged.scores, bins=range(0, 3_000, 100))
for name, threshold in (("alert", COMPLETE.alert), ("hold", COMPLETE.hold)):
    plt.axvline(threshold, color="black", linestyle=":")
    plt.text(threshold + 10, 50, name, rotation=90)
plt.gca().set(yscale="log", xlabel="score of a transfer", ylabel="transfers", title="33 rules added up")
target = root / "var/examples/transfers.png"
target.parent.mkdir(parents=True, exist_ok=True)
plt.savefig(target, dpi=120)
