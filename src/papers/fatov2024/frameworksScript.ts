/** The network, recipe and data of `glyph-cnn` in PyTorch. Arguments: the folder with the data, settings as JSON. */
export const script = `
import json, sys, time
import numpy as np
import torch
from torch import nn

folder, settings = sys.argv[1], json.loads(sys.argv[2])
torch.manual_seed(settings["seed"])
torch.set_num_threads(settings["threads"])
torch.set_flush_denormal(True)

def part(name):
    x = np.fromfile(f"{folder}/{name}.pixels", dtype=np.uint8).reshape(-1, 1, 28, 28)
    y = np.fromfile(f"{folder}/{name}.labels", dtype=np.uint8).astype(np.int64)
    return torch.from_numpy(x.astype(np.float32) * (2 / 255) - 1), torch.from_numpy(y)

train, validation, test = part("train"), part("validation"), part("test")
model = nn.Sequential(
    nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
    nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
    nn.Dropout(0.5), nn.Flatten(), nn.Linear(3136, 36),
)
# The first weights of Keras, which Inkling takes too.
for layer in model:
    if isinstance(layer, (nn.Conv2d, nn.Linear)):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
optimizer = torch.optim.Adam(model.parameters(), lr=settings["rate"], eps=1e-7)
loss_of = nn.CrossEntropyLoss()

def judge(x, y):
    model.eval()
    with torch.no_grad():
        logits = torch.cat([model(block) for block in x.split(512)])
    model.train()
    return loss_of(logits, y).item(), (logits.argmax(1) == y).float().mean().item()

history, seconds, batch = [], 0.0, settings["batch"]
for epoch in range(1, settings["epochs"] + 1):
    began = time.perf_counter()
    order = torch.randperm(len(train[1]))
    total = hits = 0.0
    for rows in order.split(batch):
        x, y = train[0][rows], train[1][rows]
        optimizer.zero_grad(set_to_none=True)
        logits = model(x)
        loss = loss_of(logits, y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
        hits += (logits.argmax(1) == y).sum().item()
    spent = time.perf_counter() - began
    seconds += spent
    n = len(order)
    found, right = judge(*validation)
    history.append({
        "epoch": epoch, "loss": total / n, "accuracy": hits / n, "validationLoss": found, "validationAccuracy": right,
        "learningRate": settings["rate"], "seconds": spent, "examplesPerSecond": n / spent,
    })
loss, accuracy = judge(*test)
print(json.dumps({"accuracy": accuracy, "loss": loss, "seconds": seconds, "version": torch.__version__, "history": history}))
`
