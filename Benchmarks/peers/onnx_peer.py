"""Times predictions in ONNX Runtime, and is driven as torch_peer.py is.

A request with "path" runs that graph, from momenta to uncertainties; one without builds the networks
alone: products, bias and GELU, members stacked as batched products. The mode is "session".
"""

import json
import math

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from serving import serve, timed

SIZES = [20, 128, 128, 128, 2]
DTYPES = {"f32": (np.float32, TensorProto.FLOAT), "f64": (np.float64, TensorProto.DOUBLE)}


def networks(count, dtype):
    """A graph of `count` perceptrons with GELU for features (points, 20)."""
    number, kind = DTYPES[dtype]
    random = np.random.default_rng(1)
    nodes, values, x = [], [], "x"
    for i, (inputs, outputs) in enumerate(zip(SIZES, SIZES[1:])):
        shape = (inputs, outputs) if count == 1 else (count, inputs, outputs)
        weight = random.standard_normal(shape) / math.sqrt(inputs)
        values += [numpy_helper.from_array(weight.astype(number), f"w{i}"),
                   numpy_helper.from_array(np.zeros(outputs, number), f"b{i}")]
        if count == 1:
            nodes.append(helper.make_node("Gemm", [x, f"w{i}", f"b{i}"], [f"z{i}"]))
        else:
            nodes += [helper.make_node("MatMul", [x, f"w{i}"], [f"p{i}"]),
                      helper.make_node("Add", [f"p{i}", f"b{i}"], [f"z{i}"])]
        x = f"z{i}"
        if i < len(SIZES) - 2:
            nodes.append(helper.make_node("Gelu", [x], [f"a{i}"]))
            x = f"a{i}"
    rank = 2 if count == 1 else 3
    graph = helper.make_graph(
        nodes, "networks", [helper.make_tensor_value_info("x", kind, [None, SIZES[0]])],
        [helper.make_tensor_value_info(x, kind, [None] * rank)], values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])
    model.ir_version = 9
    return model.SerializeToString()


def call(request):
    """The function to time, ready to be called."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = request["threads"]
    random = np.random.default_rng(2)
    if "path" in request:
        source, name = request["path"], "momenta"
        momenta = np.load(request["points"])["momenta"]
        x = np.ascontiguousarray(momenta[:request["batch"]])
    else:
        kind = request["model"].rstrip("0123456789")
        count = int(request["model"][len(kind):] or 1)
        if kind not in ("mlp_gelu", "ensemble", "bayesian"):
            raise NotImplementedError(f"{kind} is not written for ONNX Runtime")
        source, name = networks(count, request["dtype"]), "x"
        x = random.standard_normal((request["batch"], SIZES[0])).astype(DTYPES[request["dtype"]][0])
    session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {name: x})


calls = {}


def answer(request):
    if request["model"] == "about":
        return {"about": f"ONNX Runtime {onnxruntime.__version__}"}
    if request.get("task") != "infer":
        raise NotImplementedError("ONNX Runtime does not train")
    key = json.dumps({k: v for k, v in request.items() if k != "seconds"}, sort_keys=True)
    if key not in calls:
        calls[key] = call(request)
    return timed(calls[key], request["seconds"])


serve(answer)
