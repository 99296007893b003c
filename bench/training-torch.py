# The same training step as bench/training.ts in PyTorch, tuned: channels-last, denormals flushed. For comparison only;
# prints one JSON line. python3 bench/training-torch.py BATCH STEPS THREADS
import json, resource, sys, time
import torch, torch.nn as nn, torch.nn.functional as F

batch, steps, threads = map(int, sys.argv[1:4])
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
torch.manual_seed(1)
SIZE, CHANNELS = 256, (32, 64, 112, 160)


class BlurPool(nn.Module):
    def __init__(self, c):
        super().__init__()
        k = torch.tensor([1.0, 2.0, 1.0])
        self.c = c
        self.register_buffer('k', (k[:, None] * k[None] / 16).expand(c, 1, 3, 3).contiguous())

    def forward(self, x):
        return F.conv2d(F.pad(x, (1, 1, 1, 1), mode='replicate'), self.k, stride=2, groups=self.c)


class Block(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.a, self.b = nn.Conv2d(i, o, 3, padding=1), nn.Conv2d(o, o, 3, padding=1)
        self.p = nn.Conv2d(i, o, 1) if i != o else nn.Identity()
        self.g = nn.Parameter(torch.full((1, o, 1, 1), 0.2))

    def forward(self, x):
        return F.leaky_relu(self.p(x) + self.g * self.b(F.leaky_relu(self.a(x), 0.1)), 0.1)


class Net(nn.Module):
    def __init__(self, ch=CHANNELS):
        super().__init__()
        last = len(ch) - 1
        self.inp = nn.Conv2d(14, ch[0], 3, padding=1)
        self.enc = nn.ModuleList(Block(ch[i], ch[i]) for i in range(last))
        self.dn = nn.ModuleList(nn.Sequential(BlurPool(ch[i]), nn.Conv2d(ch[i], ch[i + 1], 1)) for i in range(last))
        self.mid = nn.Sequential(Block(ch[-1], ch[-1]), Block(ch[-1], ch[-1]))
        self.up = nn.ModuleList(nn.Conv2d(ch[i + 1], ch[i], 1) for i in reversed(range(last)))
        self.dec = nn.ModuleList(Block(2 * ch[i], ch[i]) for i in reversed(range(last)))
        self.out, self.flow = nn.Conv2d(ch[0], 24, 3, padding=1), nn.Conv2d(ch[1], 2, 3, padding=1)
        for layer in (self.out, self.flow):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x, ages):
        h, w = x.shape[2:]
        f = F.leaky_relu(self.inp(torch.cat([F.pixel_unshuffle(x * 2 - 1, 2), ages], 1)), 0.1)
        skips = []
        for enc, dn in zip(self.enc, self.dn):
            f = enc(f)
            skips.append(f)
            f = dn(f)
        f = self.mid(f)
        for up, dec, skip in zip(self.up, self.dec, reversed(skips)):
            f = dec(torch.cat([F.interpolate(up(f), scale_factor=2, mode='nearest'), skip], 1))
            if f.shape[1] == CHANNELS[1]:
                flow = self.flow(f)
        o = F.pixel_shuffle(self.out(f), 2)
        flow = F.interpolate(flow, size=(h, w), mode='bilinear', align_corners=False) * 0.05
        gy, gx = torch.meshgrid(
            torch.linspace(-1 + 1 / h, 1 - 1 / h, h), torch.linspace(-1 + 1 / w, 1 - 1 / w, w), indexing='ij'
        )
        grid = torch.stack([gx, gy], -1)[None] + flow.permute(0, 2, 3, 1)
        warped = F.grid_sample(x, grid, mode='bilinear', padding_mode='border', align_corners=False)
        return warped * torch.exp(o[:, :3].clamp(-2, 2)) + torch.tanh(o[:, 3:]) * 0.5, flow, warped


def pyramid(e, m):
    total = 0
    for k in range(4):
        total = total + (e.abs() * m).mean() * (1.5 if k == 0 else 1)
        if k < 3:
            gx = (e[..., 1:] - e[..., :-1]).abs() * m[..., 1:]
            gy = (e[..., 1:, :] - e[..., :-1, :]).abs() * m[..., 1:, :]
            total = total + gx.mean() + gy.mean()
            e, m = F.avg_pool2d(e, 2), F.avg_pool2d(m, 2)
    return total


net = Net().to(memory_format=torch.channels_last)
optimiser = torch.optim.Adam(net.parameters(), lr=6e-4, betas=(0.9, 0.99))
average = {k: v.clone() for k, v in net.state_dict().items()}
picture = torch.rand(batch, 3, SIZE, SIZE).contiguous(memory_format=torch.channels_last)
wanted = torch.rand(batch, 3, SIZE, SIZE).contiguous(memory_format=torch.channels_last)
mask = torch.rand(batch, 1, SIZE, SIZE)
ages = torch.full((batch, 2, SIZE // 2, SIZE // 2), 0.4)
walls, cpus, losses = [], [], []
for step in range(steps):
    usage, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    made, flow, warped = net(picture, ages)
    smooth = (flow[..., 1:] - flow[..., :-1]).abs().mean()
    loss = pyramid(made - wanted, mask) + 0.3 * pyramid(warped - wanted, mask) + 0.02 * smooth
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimiser.step()
    with torch.no_grad():
        for k, v in net.state_dict().items():
            average[k].mul_(0.999).add_(v, alpha=0.001)
    losses.append(loss.item())
    walls.append(time.perf_counter() - start)
    now = resource.getrusage(resource.RUSAGE_SELF)
    cpus.append(now.ru_utime + now.ru_stime - usage.ru_utime - usage.ru_stime)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(json.dumps({'wallSeconds': walls, 'cpuSeconds': cpus, 'losses': losses, 'peakMemoryGiB': peak}))
