// Converts a float .tflite network to ONNX, operator by operator, in file order. Inputs and outputs keep tflite's
// NHWC; everything between is NCHW. Not for quantised networks, several subgraphs or changing shapes.
import { ATTENTION_MESH_OPERATORS } from './attention-mesh-operators.ts';
import { TfliteConversion, unsupported } from './tflite-conversion.ts';
import { TFLITE_OPERATORS } from './tflite-operators.ts';
import { readTflite } from './tflite.ts';
import type { TfliteModel } from './tflite.ts';

const OPERATORS = { ...TFLITE_OPERATORS, ...ATTENTION_MESH_OPERATORS };

/**
 * The network as the bytes of an .onnx file (opset 17). Its input is called `input` (`input1` and so on for more), its
 * outputs as in the file, with anything but letters, digits and `_` replaced by `_`.
 *
 * @param bytes - The .tflite file.
 * @param name - Name of the graph.
 * @throws {CodedError} `onnx/tflite-unreadable`, `onnx/tflite-unsupported`
 */
export function tfliteToOnnx(bytes: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  return convertTflite(readTflite(bytes), name);
}

/** The same for a file that was read already. */
export function convertTflite(model: TfliteModel, name: string): Uint8Array<ArrayBuffer> {
  const conversion = new TfliteConversion(model, name);
  addInputs(conversion);
  for (const operator of model.operators) {
    const [output] = operator.outputs;
    if (operator.name === 'DEQUANTIZE') {
      // of float16 weights: they stay constants, and `store` adds the Cast where they are used
      conversion.setConstant(output, conversion.constant(operator.inputs[0]));
      continue;
    }
    const convert = OPERATORS[operator.name];
    if (convert === undefined) throw unsupported(`operator ${operator.name} is not known`);
    conversion.setValue(output, convert(conversion, operator));
  }
  addOutputs(conversion);
  return conversion.graph.write();
}

function addInputs(conversion: TfliteConversion): void {
  conversion.model.inputs.forEach((tensor, k) => {
    const shape = conversion.shape(tensor);
    const input = conversion.graph.input(k === 0 ? 'input' : `input${k}`, shape);
    conversion.setValue(tensor, shape.length === 4 ? conversion.toNchw(input) : input);
  });
}

function addOutputs(conversion: TfliteConversion): void {
  const { graph, model } = conversion;
  for (const tensor of model.outputs) {
    const shape = conversion.shape(tensor);
    const output = model.tensors[tensor].name.replaceAll(/[^A-Za-z0-9_]/g, '_');
    const value = conversion.value(tensor);
    if (shape.length === 4) conversion.toNhwc(value, output);
    else graph.node('Identity', [value], {}, { output });
    graph.output(output, shape);
  }
}
