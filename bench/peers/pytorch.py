#!/usr/bin/env python3
"""PyTorch as a system of the benchmark: speaks bench/systems/protocol.ts on standard input and output.

Every network is built from the same plain description as the other systems build theirs (bench/workloads/network.ts).
Needs torch and numpy alone. OPENBLAS_NUM_THREADS is set by the caller, since it counts only at the start.
"""
import json
import math
import os
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_flush_denormal(True)

BATCHES = 16  # as in protocol.ts
WARM_SECONDS = 0.3


# ---- networks ----------------------------------------------------------------------------------------------------------


# In place where nothing else needs the value: what is rectified is a convolution's, a product's, a batch norm's output.
activate = F.relu_


class Port:
    """A parameter (or running statistic) and how Inkling lays it out."""

    def __init__(self, tensor, to_torch, to_inkling, shape):
        self.tensor, self.to_torch, self.to_inkling, self.shape = tensor, to_torch, to_inkling, shape


def plain(tensor):
    return Port(tensor, lambda a: a, lambda t: t, list(tensor.shape))


class Conv(nn.Module):
    def __init__(self, spec, shape):
        super().__init__()
        height, width, channels = shape
        size, stride, padding = spec["size"], spec["stride"], spec["padding"]
        self.conv = nn.Conv2d(channels, spec["filters"], size, stride, padding, bias=spec["bias"])
        self.relu = spec["relu"]
        out = lambda n: (n + 2 * padding - size) // stride + 1  # noqa: E731
        self.shape = [out(height), out(width), spec["filters"]]

    def forward(self, x):
        x = self.conv(x)
        return activate(x) if self.relu else x

    def ports(self):
        w = self.conv.weight
        kernel = Port(w, lambda a: a.permute(3, 2, 0, 1), lambda t: t.permute(2, 3, 1, 0), list(w.permute(2, 3, 1, 0).shape))
        return [kernel] + ([plain(self.conv.bias)] if self.conv.bias is not None else [])


class Dense(nn.Module):
    """`flattened`: the picture shape [h, w, c] that a flatten before it had, whose order differs here."""

    def __init__(self, spec, shape, flattened):
        super().__init__()
        self.linear = nn.Linear(shape[0], spec["units"])
        self.relu, self.flattened, self.shape = spec["relu"], flattened, [spec["units"]]

    def forward(self, x):
        x = self.linear(x)
        return activate(x) if self.relu else x

    def ports(self):
        w = self.linear.weight
        units, width = w.shape
        if self.flattened:
            h, wd, c = self.flattened
            to_torch = lambda a: a.reshape(h, wd, c, units).permute(3, 2, 0, 1).reshape(units, width)  # noqa: E731
            to_inkling = lambda t: t.reshape(units, c, h, wd).permute(2, 3, 1, 0).reshape(width, units)  # noqa: E731
        else:
            to_torch = to_inkling = lambda a: a.t()  # noqa: E731
        return [Port(w, to_torch, to_inkling, [width, units]), plain(self.linear.bias)]


class BatchNorm(nn.Module):
    def __init__(self, spec, shape):
        super().__init__()
        kind = nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d
        self.norm = kind(shape[-1], eps=spec["epsilon"], momentum=1 - spec["momentum"])
        self.sequence, self.shape = len(shape) == 2, shape

    def forward(self, x):
        if not self.sequence:
            return self.norm(x)
        # [batch, time, features]: the rows of all steps are one batch.
        return self.norm(x.reshape(-1, x.shape[-1])).reshape(x.shape)

    def ports(self):
        n = self.norm
        return [plain(t) for t in (n.weight, n.bias, n.running_mean, n.running_var)]


class Recurrent(nn.Module):
    def __init__(self, spec, shape):
        super().__init__()
        units = spec["units"]
        kind = nn.LSTM if spec["cell"] == "lstm" else nn.RNN
        self.net = kind(shape[1], units, batch_first=True)
        # One bias is enough, and is what Inkling has.
        with torch.no_grad():
            self.net.bias_hh_l0.zero_()
        self.net.bias_hh_l0.requires_grad_(False)
        self.sequences = spec["sequences"]
        self.shape = [shape[0], units] if self.sequences else [units]

    def forward(self, x):
        h, _ = self.net(x)
        return h if self.sequences else h[:, -1]

    def ports(self):
        n = self.net
        turned = lambda t: Port(t, lambda a: a.t(), lambda a: a.t(), list(t.t().shape))  # noqa: E731
        return [turned(n.weight_ih_l0), turned(n.weight_hh_l0), plain(n.bias_ih_l0)]


class Call(nn.Module):
    def __init__(self, f, shape):
        super().__init__()
        self.f, self.shape = f, shape

    def forward(self, x):
        return self.f(x)

    def ports(self):
        return []


class Dropout(nn.Module):
    def __init__(self, spec, shape):
        super().__init__()
        self.rate, self.shape = spec["rate"], shape

    def forward(self, x):
        return F.dropout(x, self.rate, self.training)

    def ports(self):
        return []


class Residual(nn.Module):
    def __init__(self, spec, shape):
        super().__init__()
        self.body, self.shortcut = Stack(spec["body"], shape), Stack(spec["shortcut"], shape)
        self.shape = self.body.shape

    def forward(self, x):
        return activate(self.body(x) + self.shortcut(x))

    def ports(self):
        return self.body.ports() + self.shortcut.ports()


class DenseBlockLayer(nn.Module):
    def __init__(self, spec, shape):
        super().__init__()
        self.body = Stack(spec["body"], shape)
        self.shape = shape[:-1] + [shape[-1] + self.body.shape[-1]]

    def forward(self, x):
        return torch.cat([x, self.body(x)], 1)

    def ports(self):
        return self.body.ports()


class Stack(nn.Module):
    """Layers one after the other; `shape` is channels-last as in the description, tensors are NCHW."""

    def __init__(self, specs, shape):
        super().__init__()
        self.layers = nn.ModuleList()
        flattened = None
        for spec in specs:
            layer = self.build(spec, shape, flattened)
            flattened = shape if spec["type"] == "flatten" and len(shape) == 3 else flattened
            if spec["type"] == "dense":
                flattened = None
            self.layers.append(layer)
            shape = layer.shape
        self.shape = shape

    @staticmethod
    def build(spec, shape, flattened):
        kind = spec["type"]
        if kind == "conv":
            return Conv(spec, shape)
        if kind == "dense":
            return Dense(spec, shape, flattened)
        if kind == "batchNorm":
            return BatchNorm(spec, shape)
        if kind == "recurrent":
            return Recurrent(spec, shape)
        if kind == "residual":
            return Residual(spec, shape)
        if kind == "denseBlockLayer":
            return DenseBlockLayer(spec, shape)
        if kind == "dropout":
            return Dropout(spec, shape)
        if kind == "relu":
            return Call(lambda x: activate(x), shape)
        if kind == "maxPool":
            n = spec["size"]
            return Call(lambda x: F.max_pool2d(x, n), [shape[0] // n, shape[1] // n, shape[2]])
        if kind == "averagePool":
            n = spec["size"]
            return Call(lambda x: F.avg_pool2d(x, n), [shape[0] // n, shape[1] // n, shape[2]])
        if kind == "globalAveragePool":
            return Call(lambda x: x.mean((2, 3)), [shape[2]])
        if kind == "flatten":
            return Call(lambda x: x.flatten(1), [math.prod(shape)])
        raise ValueError(f"no PyTorch layer for {kind}")

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def ports(self):
        return [p for layer in self.layers for p in layer.ports()]


def network_of(workload):
    network = workload["network"]
    return Stack(network["layers"], list(network["input"])), list(network["input"])


def as_input(x, shape, channels_last):
    """[batch, ...] channels-last values as PyTorch wants them."""
    if len(shape) != 3:
        return x
    x = x.permute(0, 3, 1, 2)
    return x.contiguous(memory_format=torch.channels_last if channels_last else torch.contiguous_format)


# ---- passes ------------------------------------------------------------------------------------------------------------


def adam(model, options):
    parameters = [p for p in model.parameters() if p.requires_grad]
    flags = {name: True for name in ("foreach", "fused") if options.get(name)}
    return torch.optim.Adam(parameters, lr=1e-3, **flags)


def train_step(model, optimizer, x, y):
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()


def step_pass(workload, train, options):
    torch.manual_seed(1)
    model, shape = network_of(workload)
    channels_last = options["channelsLast"]
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    count = BATCHES if train else 4
    xs = [as_input(torch.rand(workload["batch"], *shape) * 2 - 1, shape, channels_last) for _ in range(count)]
    ys = [torch.randint(workload["network"]["classes"], (workload["batch"],)) for _ in range(count)]
    state = {"step": 0}
    if train:
        model.train()
        optimizer = adam(model, options)

        def once():
            i = state["step"] % count
            state["step"] += 1
            train_step(model, optimizer, xs[i], ys[i])

    else:
        model.eval()

        def once():
            i = state["step"] % count
            state["step"] += 1
            with torch.inference_mode():
                F.softmax(model(xs[i]), 1)

    return once


class Augmented(torch.utils.data.Dataset):
    """Gives whole batches: gathered, moved and scaled at once, the fastest that a DataLoader does."""

    def __init__(self, pictures, labels, moves, channels_last):
        self.pictures, self.labels, self.moves, self.channels_last = pictures, labels, moves, channels_last

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, indices):
        x = self.pictures[indices].float().mul_(1 / 255)
        n = len(indices)
        draw = lambda limit: (torch.rand(n) * 2 - 1) * limit  # noqa: E731
        m = self.moves
        angle, zoom_x, zoom_y = draw(math.radians(m["rotate"])), 1 + draw(m["zoom"]), 1 + draw(m["zoom"])
        theta = torch.empty(n, 2, 3)
        theta[:, 0, 0], theta[:, 0, 1] = angle.cos() * zoom_x, -angle.sin() * zoom_y
        theta[:, 1, 0], theta[:, 1, 1] = angle.sin() * zoom_x, angle.cos() * zoom_y
        # Coordinates run from -1 to 1: a shift by the whole width is 2.
        theta[:, 0, 2], theta[:, 1, 2] = draw(2 * m["shiftX"]), draw(2 * m["shiftY"])
        grid = F.affine_grid(theta, list(x.shape), align_corners=False)
        x = F.grid_sample(x, grid, align_corners=False)
        if self.channels_last:
            x = x.contiguous(memory_format=torch.channels_last)
        return x, self.labels[indices]


def epoch_pass(workload, data, options):
    torch.manual_seed(1)
    model, (height, width, channels) = network_of(workload)
    channels_last = options["channelsLast"]
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    model.train()
    optimizer = adam(model, options)
    n = data["examples"]
    pixels = np.fromfile(data["pictures"], np.uint8, n * height * width * channels)
    pictures = torch.from_numpy(pixels).reshape(n, height, width, channels).permute(0, 3, 1, 2).contiguous()
    labels = torch.from_numpy(np.fromfile(data["labels"], np.int32, n).astype(np.int64))
    dataset = Augmented(pictures, labels, workload["augment"], channels_last)
    sampler = torch.utils.data.RandomSampler(dataset)
    batches = torch.utils.data.BatchSampler(sampler, workload["batch"], drop_last=False)
    workers = options["workers"]
    loader = torch.utils.data.DataLoader(
        dataset, sampler=batches, batch_size=None, num_workers=workers, persistent_workers=workers > 0
    )

    def once():
        for x, y in loader:
            train_step(model, optimizer, x, y)

    return once


# ---- requests ----------------------------------------------------------------------------------------------------------

handles = {}


def timed(handle, seconds, least):
    once, threads = handle
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
    times = []
    until = time.perf_counter() + seconds
    while True:
        start = time.perf_counter()
        once()
        end = time.perf_counter()
        times.append((end - start) * 1000)
        if len(times) >= least and end >= until:
            return times


def hello(_):
    torch.set_num_threads(1)
    a = torch.rand(512, 512)
    times = []
    for _ in range(9):
        start = time.perf_counter()
        torch.mm(a, a)
        times.append(time.perf_counter() - start)
    middle = sorted(times)[len(times) // 2]
    libraries = []
    if os.path.exists("/proc/self/maps"):
        with open("/proc/self/maps") as maps:
            found = {line.split()[-1] for line in maps if ".so" in line}
        libraries = sorted(f for f in found if any(n in f.lower() for n in ("blas", "mkl_", "blis", "atlas")))
    fast = any(n in f.lower() for f in libraries for n in ("openblas", "mkl_", "blis", "atlas"))
    # Debian's reference BLAS is /usr/lib/<triple>/blas/libblas.so; a build with its own BLAS inside loads none.
    reference = not fast and any(os.path.basename(f).startswith("libblas") for f in libraries)
    return {
        "description": f"PyTorch {torch.__version__}",
        "blas": {"libraries": libraries, "flops": 2 * 512**3 / middle, "reference": reference},
    }


def prepare(request):
    workload, options = request["workload"], request["options"]
    torch.set_num_threads(options["threads"])
    if request["pass"] == "epoch":
        once = epoch_pass(workload, request["data"], options)
    else:
        once = step_pass(workload, request["pass"] == "train", options)
    handle = max(handles, default=0) + 1
    handles[handle] = (once, options["threads"])
    if request["pass"] != "epoch":
        timed(handles[handle], WARM_SECONDS, 2)
    return {"handle": handle}


def run(request):
    return {"times": timed(handles[request["handle"]], request["milliseconds"] / 1000, request["least"])}


def release(request):
    handles.pop(request["handle"], None)
    return {}


def check(request):
    """Loss and gradients in float64 for the weights, inputs and labels of a folder (float32 and int32, plain bytes)."""
    global activate
    torch.set_num_threads(os.cpu_count() or 1)
    workload, folder = request["workload"], request["folder"]
    read = lambda name, kind: torch.from_numpy(np.fromfile(os.path.join(folder, name), kind))  # noqa: E731
    activate = torch.tanh if workload["network"].get("activation") == "tanh" else F.relu_
    try:
        model, shape = network_of(workload)
        model = model.double().train()
        ports, values, at = model.ports(), read("weights", np.float32).double(), 0
        with torch.no_grad():
            for port in ports:
                count = math.prod(port.shape)
                port.tensor.copy_(port.to_torch(values[at : at + count].reshape(port.shape)))
                at += count
        if at != len(values):
            raise ValueError(f"Inkling has {len(values)} parameters, this network {at}")
        x, y = read("x", np.float32).double(), read("y", np.int32).long()
        loss = F.cross_entropy(model(as_input(x.reshape(-1, *shape), shape, False)), y)
        loss.backward()
    finally:
        activate = F.relu_
    gradients = [p.to_inkling(p.tensor.grad).reshape(-1) for p in ports if p.tensor.requires_grad]
    torch.cat(gradients).numpy().tofile(os.path.join(folder, "gradients"))
    return {"loss": loss.item()}


def main():
    requests = {f.__name__: f for f in (hello, prepare, run, release, check)}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = {"ok": requests[request["do"]](request)}
        except Exception as error:  # the reason is the reply, whatever it is
            reply = {"error": f"{type(error).__name__}: {error}".split("\n")[0][:300]}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


main()
