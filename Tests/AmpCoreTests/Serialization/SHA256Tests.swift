import AmpCore
import TestSupport
import Testing

struct SHA256Tests {
  /// FIPS 180-4 examples, as published by NIST.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func knownAnswers(text: String, digest: String) {
    #expect(SHA256.hex(of: text.utf8) == digest)
  }

  @Test func millionTimesA() throws {
    let digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    let text = [UInt8](repeating: 0x61, count: 1_000_000)
    #expect(SHA256.hex(of: text) == digest)
    try withScratchFolder { folder in
      try write(text, to: folder + "/a")
      #expect(try SHA256.hex(ofFile: folder + "/a") == digest)
    }
  }

  @Test(arguments: 0..<32 as Range<UInt64>)
  func piecesGiveTheDigestOfTheWhole(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let text = (0..<500).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    var hash = SHA256()
    var rest = text[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int(random.next() % 150))
      piece.withUnsafeBytes { hash.update($0) }
      rest = rest.dropFirst(piece.count)
    }
    #expect(hash.hex() == SHA256.hex(of: text))
  }

  @Test func missingFileIsNamed() {
    let error = #expect(throws: AmpError.self) { try SHA256.hex(ofFile: "/nowhere/data.npy") }
    #expect(error?.place == "/nowhere/data.npy")
  }
}
