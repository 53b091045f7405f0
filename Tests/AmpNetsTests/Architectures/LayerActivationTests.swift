import AmpNets
import Foundation
import TestSupport
import Testing

struct LayerActivationTests {
  /// The largest error of a fresh activation on |x| ≤ 3, through layers of one channel per group.
  private func largestError(_ start: RationalStart, _ exact: (Double) -> Double) -> Double {
    var layout = ParameterLayout()
    let layer = DenseLayer(
      "layer", inputs: 2, outputs: 3, activation: .rational(groups: 3, start: start),
      in: &layout)
    var parameters = Parameters<Double>(layout)
    var rng = Philox(seed: 0, purpose: .other)
    layer.initialize(&parameters, using: &rng)
    for i in layer.weight.range { parameters.values[i] = i % 2 == 0 ? 1 : 0 }
    for i in layer.bias.range { parameters.values[i] = 0 }
    let x = stride(from: -3.0, through: 3, by: 1.0 / 256).map { $0 }
    let tape = Tape(parameters, differentiates: false)
    let input = tape.input(Tensor(x.flatMap { [$0, 0] }, shape: [x.count, 2]))
    let plain = tape.value(of: tape.dense(input, weight: layer.weight, bias: layer.bias))
    let y = tape.value(of: layer(input, on: tape))
    return zip(y.elements, plain.elements).map { abs($0 - exact($1)) }.max() ?? .infinity
  }

  @Test func rationalActivationsStartAsWhatTheyAreCalled() {
    #expect(largestError(.gelu) { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 } < 1.3e-3)
    #expect(largestError(.silu) { $0 / (1 + exp(-$0)) } < 1e-6)
    #expect(largestError(.identity) { $0 } == 0)
  }

  /// Eleven coefficients per group and layer, on top of those of the perceptron.
  @Test func aGroupHasElevenCoefficientsInEveryLayer() throws {
    for groups in [1, 2, 4, 8] {
      let options = Architecture.Options(activation: .rational(groups: groups), outputs: 2)
      #expect(
        try Architecture.groupKAN.build(options, 20).layout.count == 35_970 + 3 * 11 * groups)
      #expect(
        try Architecture.deepSetsI.build(options, 30).layout.count
          == 201_410 + (3 * 3 + 3) * 11 * groups)
    }
  }

  /// A channel is moved by the coefficients of its own group and by no other's.
  @Test func everyGroupHasItsOwnFunction() {
    let network = MLP(inputs: 2, hidden: [10], outputs: 10, activation: .rational(groups: 4))
    var parameters: Parameters<Double> = network.initialParameters(seed: 1)
    for i in network.head.weight.range {
      let at = i - network.head.weight.offset
      parameters.values[i] = at / 10 == at % 10 ? 1 : 0
    }
    let none = [Double](repeating: 0, count: 10)
    func output() -> [Double] {
      NetworkGradients<Double>(network, parameters.values, x: [0.3, -0.8], cotangent: none).output
    }
    let before = output()
    let numerator = network.layout.views.first { $0.name == "layer0.numerator" }
    for (group, channels) in [0..<2, 2..<5, 5..<7, 7..<10].enumerated() {
      let at = (numerator?.offset ?? 0) + 6 * group
      let old = parameters.values[at]
      parameters.values[at] += 1
      let after = output()
      for channel in 0..<10 {
        #expect((after[channel] != before[channel]) == channels.contains(channel))
      }
      parameters.values[at] = old
    }
  }

  @Test func activationsAreReadAsTheyAreWritten() throws {
    let all: [LayerActivation] =
      Activation.named.map { .fixed($0.value) }
      + [
        .leakyReLU(slope: 0.2), .rational(groups: 1), .rational(groups: 8, start: .silu),
        .rational(groups: 2, start: .identity),
      ]
    for activation in all {
      #expect(try LayerActivation(parsing: activation.description) == activation)
      let data = try JSONEncoder().encode([activation])
      #expect(try JSONDecoder().decode([LayerActivation].self, from: data) == [activation])
    }
    #expect(try LayerActivation(parsing: "groupkan-4") == .rational(groups: 4))
    for wrong in ["groupkan", "groupkan-0", "groupkan-x", "groupkan-2 cubic", "gelo", ""] {
      #expect(throws: AmpError.self) { try LayerActivation(parsing: wrong) }
    }
  }

  @Test func optionsOfOlderModelFilesAreRead() throws {
    let text = #"{"hidden":[64,64],"activation":"gelu","outputs":2}"#
    let options = try JSONDecoder().decode(Architecture.Options.self, from: Data(text.utf8))
    #expect(options == Architecture.Options(hidden: [64, 64], activation: .gelu, outputs: 2))
  }
}
