import AmpONNX
import Testing

/// The wire format against bytes that follow from its specification.
struct MessageTests {
  @Test func fieldsHaveTheBytesOfTheWireFormat() {
    var inner = Message()
    inner.add(1, 150)
    #expect(inner.bytes == [0x08, 0x96, 0x01])
    var message = Message()
    message.add(2, "testing")
    message.add(3, inner)
    message.add(4, Float(1))
    message.add(16, 1)
    let text: [UInt8] = [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]
    let rest: [UInt8] = [
      0x1a, 0x03, 0x08, 0x96, 0x01, 0x25, 0x00, 0x00, 0x80, 0x3f, 0x80, 0x01, 0x01,
    ]
    #expect(message.bytes == text + rest)
  }

  @Test func negativeIntegersTakeTenBytes() {
    var message = Message()
    message.add(1, -2)
    #expect(message.bytes == [0x08, 0xfe] + [UInt8](repeating: 0xff, count: 8) + [0x01])
  }

  @Test func equalConstantsAreKeptOnce() {
    var graph = Graph()
    let one = graph.constant([1, 2], shape: [2], .float64)
    #expect(graph.constant([1, 2], shape: [2], .float64) == one)
    #expect(graph.constant([1, 2], shape: [1, 2], .float64) != one)
    #expect(graph.constant([1, 2], shape: [2], .float32) != one)
  }
}
