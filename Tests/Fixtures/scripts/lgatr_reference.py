"""Reference numbers for L-GATr and L-GATr-slim from the authors' package in float64.

pip install lgatr==1.4.4 einops opt_einsum

Writes ../lgatr_reference.safetensors with {lgatr,slim}/x (7, 20), /output (7, 2), /seed (7, 2), and
/parameters/…, /gradients/… by Amp's names, where the gradients are those of Σ seed ∘ output. Both
networks have 2 blocks, 4 channels, 6 scalars, 2 heads and the types [0, 0, 1, 1, 0]; outputs are
means over tokens. Weights are those of the packages' own initialisation. Amp keeps channels of
queries, keys and values as (qkv, head, channel), the package as (qkv, channel, head).

Also writes ../lgatr_layers.safetensors with single layers on two tokens of 16 points, in Amp's panels
(token, row, point): {linear,norm,product,attention,gate}/x, /output, /gradient, the gradient being
that of Σ output²/2, and linear/parameters/….
"""

import pathlib

import torch
from lgatr import LGATr, embed_vector, extract_scalar
from lgatr.layers import EquiLayerNorm, EquiLinear
from lgatr.layers.mlp.nonlinearities import ScalarGatedNonlinearity
from lgatr.primitives.attention import sdp_attention
from lgatr.primitives.bilinear import geometric_product
from lgatr.nets.lgatr_slim import LGATrSlim

import safetensors

torch.set_default_dtype(torch.float64)
torch.manual_seed(11)
TYPES = torch.nn.functional.one_hot(torch.tensor([0, 0, 1, 1, 0])).double()
POINTS, HEADS = 7, 2
out = {}


def heads_first(x):
    """(qkv channel head, …) as (qkv head channel, …)."""
    width = x.shape[0] // (3 * HEADS)
    return x.unflatten(0, (3, width, HEADS)).transpose(1, 2).flatten(0, 2)


def equilinear(name, get, parts, order=lambda x: x):
    """The parameters of an EquiLinear, or of several side by side; `get` gives values or gradients."""
    join = lambda f: torch.cat([f(p) for p in parts])
    weight = order(join(lambda p: get(p.weight)))
    for k in range(5):
        yield f"{name}.grade{k}", weight[..., k].T
        yield f"{name}.dual{k}", weight[..., 5 + k].T
    s2mv = order(join(lambda p: get(p.s2mvs.weight).unflatten(0, (-1, 2))))
    bias = order(join(lambda p: get(p.s2mvs.bias).unflatten(0, (-1, 2))))
    for i, component in enumerate([0, 15]):
        yield f"{name}.scalars-to-{component}", s2mv[:, i].T
        yield f"{name}.bias-of-{component}", bias[:, i][None]
    if parts[0].mvs2s is not None:
        mv2s = order(get(parts[0].mvs2s.weight)).unflatten(1, (-1, 2))
        for i, component in enumerate([0, 15]):
            yield f"{name}.{component}-to-scalars", mv2s[..., i].T
        yield f"{name}.scalars", order(get(parts[0].s2s.weight)).T
        yield f"{name}.bias-of-scalars", order(get(parts[0].mvs2s.bias))[None]


def lgatr_parameters(net, get):
    yield from equilinear("in", get, [net.linear_in])
    for i, block in enumerate(net.blocks):
        attention, (bilinear, _, narrow) = block.attention, block.mlp.layers
        yield from equilinear(
            f"block{i}.attention.in", get, [attention.qkv_module.in_linear], heads_first)
        yield from equilinear(f"block{i}.attention.out", get, [attention.out_linear])
        yield from equilinear(
            f"block{i}.mlp.pairs", get, [bilinear.linear_left, bilinear.linear_right])
        yield from equilinear(f"block{i}.mlp.product", get, [bilinear.linear_out])
        yield from equilinear(f"block{i}.mlp.out", get, [narrow])
    last = dict(equilinear("out", get, [net.linear_out]))
    yield "out.weight", torch.cat(
        [last["out.grade0"], -last["out.dual4"], last["out.scalars-to-0"]])
    yield "out.bias", last["out.bias-of-0"]


def slim_linear(name, get, linear, order=lambda x: x):
    yield f"{name}.vectors", order(get(linear.weight_v)).T
    yield f"{name}.scalars", order(get(linear.linear_s.weight)).T
    yield f"{name}.bias", order(get(linear.linear_s.bias))[None]


def slim_parameters(net, get):
    yield from slim_linear("in", get, net.linear_in)
    for i, block in enumerate(net.blocks):
        yield from slim_linear(
            f"block{i}.attention.in", get, block.attention.linear_in, heads_first)
        yield from slim_linear(f"block{i}.attention.out", get, block.attention.linear_out)
        yield from slim_linear(f"block{i}.mlp.in", get, block.mlp.layers[0].linear)
        yield from slim_linear(f"block{i}.mlp.out", get, block.mlp.layers[1])
    yield "out.weight", get(net.linear_out.linear_s.weight).T
    yield "out.bias", get(net.linear_out.linear_s.bias)[None]


def momenta():
    """Of mass one: the norms hold |p²|, whose derivative at zero is a matter of rounding."""
    p = torch.randn(POINTS, 5, 3)
    return torch.cat([(1 + p.square().sum(-1, keepdim=True)).sqrt(), p], dim=-1)


def case(name, net, run, parameters):
    p = momenta().requires_grad_()
    output = run(net, p)
    seed = torch.randn(POINTS, 2)
    (seed * output).sum().backward()
    for key, value in {"x": p.flatten(1), "gradient-x": p.grad.flatten(1), "output": output,
                       "seed": seed}.items():
        out[f"{name}/{key}"] = value.detach().numpy()
    for key, value in parameters(net, lambda w: w.detach()):
        out[f"{name}/parameters/{key}"] = value.contiguous().numpy()
    for key, value in parameters(net, lambda w: torch.zeros_like(w) if w.grad is None else w.grad):
        out[f"{name}/gradients/{key}"] = value.contiguous().numpy()


def run_lgatr(net, p):
    scalars = TYPES.expand(POINTS, 5, 2)
    mv, _ = net(embed_vector(p).unsqueeze(-2), scalars=scalars)
    return extract_scalar(mv)[..., 0].mean(dim=1)


def run_slim(net, p):
    _, s = net(p.unsqueeze(-2), TYPES.expand(POINTS, 5, 2))
    return s.mean(dim=1)


case("lgatr", LGATr(
    num_blocks=2, in_mv_channels=1, out_mv_channels=2, hidden_mv_channels=4, in_s_channels=2,
    out_s_channels=None, hidden_s_channels=6, attention=dict(num_heads=HEADS),
    mlp=dict(increase_hidden_channels=2)), run_lgatr, lgatr_parameters)
case("slim", LGATrSlim(
    in_v_channels=1, out_v_channels=1, hidden_v_channels=4, in_s_channels=2, out_s_channels=2,
    hidden_s_channels=6, num_blocks=2, num_heads=HEADS), run_slim, slim_parameters)
safetensors.write(pathlib.Path(__file__).parent.parent / "lgatr_reference.safetensors", out)


def panels(multivectors, scalars):
    """(points, tokens, channels, 16) and (points, tokens, scalars) as (tokens, rows, points)."""
    rows = torch.cat([multivectors.transpose(2, 3).flatten(2), scalars], dim=2)
    return rows.permute(1, 2, 0)


def layer(name, channels, width, run):
    """One layer on random tokens of so many multivectors and scalars."""
    mv = torch.randn(16, 2, channels, 16, requires_grad=True)
    s = torch.randn(16, 2, width, requires_grad=True)
    output = panels(*run(mv, s))
    (output.square().sum() / 2).backward()
    gradient = panels(*(torch.zeros_like(v) if v.grad is None else v.grad for v in (mv, s)))
    for key, value in {"x": panels(mv, s), "output": output, "gradient": gradient}.items():
        out[f"{name}/{key}"] = value.detach().contiguous().numpy()


def attention(mv, s):
    """Two heads of one multivector and two scalars."""
    q, k, v = mv.unflatten(2, (3, 2, 1)).permute(2, 0, 3, 1, 4, 5)
    qs, ks, vs = s.unflatten(2, (3, 2, 2)).permute(2, 0, 3, 1, 4)
    y, ys = sdp_attention(q, k, v, qs, ks, vs)
    return y.transpose(1, 2).flatten(2, 3), ys.transpose(1, 2).flatten(2, 3)


out = {}
linear = EquiLinear(2, 3, in_s_channels=3, out_s_channels=4)
layer("linear", 2, 3, lambda mv, s: linear(mv, scalars=s))
for key, value in equilinear("l", lambda w: w.detach(), [linear]):
    out[f"linear/parameters/{key}"] = value.contiguous().numpy()
layer("norm", 3, 4, EquiLayerNorm())
layer("product", 4, 0, lambda mv, s: (geometric_product(mv[:, :, :2], mv[:, :, 2:]), s))
layer("attention", 6, 12, attention)
layer("gate", 3, 4, ScalarGatedNonlinearity("gelu"))
safetensors.write(pathlib.Path(__file__).parent.parent / "lgatr_layers.safetensors", out)
