import AmpCore
import Foundation
import TestSupport
import Testing

/// The arrays of Tests/Fixtures/scripts/make_numpy_fixtures.py.
private let grid = (0..<24).map { Double($0) / 8 - 1 }
private let counts = (0..<24).map { Int64($0) - 7 }

struct NumpyTests {
  @Test(arguments: [
    "little_f8", "big_f8", "little_f4", "big_f4", "fortran_f8", "fortran_big_f4", "version2",
    "version3",
  ])
  func floatingPointOfEveryOrderIsRead(name: String) throws {
    let array = try StoredArray(numpy: fixture("numpy/\(name).npy"))
    #expect(array.shape == [2, 3, 4])
    #expect(array.doubles() == grid)
    if case .float32 = array.values {
      #expect(name.contains("f4"))
    } else {
      #expect(!name.contains("f4"))
    }
  }

  @Test(arguments: ["little_i8", "big_i8", "little_i4", "big_i4", "little_i2", "single_i1"])
  func signedIntegersAreRead(name: String) throws {
    let array = try StoredArray(numpy: fixture("numpy/\(name).npy"))
    #expect(array.shape == [4, 6])
    #expect(array.doubles() == counts.map(Double.init))
  }

  @Test(arguments: ["single_u1", "little_u2", "big_u4", "little_u8"])
  func unsignedIntegersAreRead(name: String) throws {
    let array = try StoredArray(numpy: fixture("numpy/\(name).npy"))
    #expect(array.doubles() == (0..<24).map(Double.init))
  }

  @Test func scalarsEmptyArraysAndTruthValuesAreRead() throws {
    let scalar = try StoredArray(numpy: fixture("numpy/scalar.npy"))
    #expect(scalar == StoredArray([2.5], shape: []))
    let empty = try StoredArray(numpy: fixture("numpy/empty.npy"))
    #expect(empty == StoredArray([Double](), shape: [0, 5, 4]))
    let booleans = try StoredArray(numpy: fixture("numpy/booleans.npy"))
    #expect(booleans.values == .uint8([1, 0, 1]))
  }

  @Test func picklesAreRefusedWithTheWayToConvertThem() {
    let path = fixture("numpy/objects.npy")
    let error = #expect(throws: AmpError.self) { try StoredArray(numpy: path) }
    #expect(error?.place == path)
    #expect(error?.problem.contains("pickled") == true)
    #expect(error?.remedy.contains("allow_pickle=False") == true)
  }

  @Test(.enabled(if: hasNumpy, "there is no python3 with NumPy here"))
  func theWayToConvertPicklesWorks() throws {
    let path = fixture("numpy/objects.npy")
    let error = #expect(throws: AmpError.self) { try StoredArray(numpy: path) }
    let remedy = try #require(error?.remedy)
    let code = try #require(remedy.range(of: "a = ")).lowerBound
    try withScratchFolder { folder in
      let program = String(remedy[code...].dropLast())
        .replacing("in.npy", with: path).replacing("out.npy", with: folder + "/out.npy")
      #expect(try numpyOutput("import numpy; " + program) == "")
      let array = try StoredArray(numpy: folder + "/out.npy")
      #expect(array.shape == [2, 2, 4])
      #expect(array.doubles() == [10, 0, 0, 10, 5, 3, 4, 0, 10, 0, 0, -10, 5, 3, 4, 0])
    }
  }

  @Test(arguments: ["structured", "complex"])
  func otherTypesAreRefused(name: String) {
    #expect(throws: AmpError.self) { try StoredArray(numpy: fixture("numpy/\(name).npy")) }
  }

  @Test func truncationNamesExpectedAndFoundBytes() throws {
    try withScratchFolder { folder in
      let path = folder + "/cut.npy"
      try write(Array(try bytes(of: fixture("numpy/little_f8.npy")).dropLast(10)), to: path)
      let error = #expect(throws: AmpError.self) { try StoredArray(numpy: path) }
      #expect(error?.problem.contains("needs 192 bytes, but 182 were found") == true)
    }
  }

  @Test(arguments: [
    "(4611686018427387904, 4)", "(9223372036854775807,)", "(0, 9223372036854775807, 2)",
    "(1000000000000,)", "(99999999999999999999,)", "(-1,)", "(3 4)", "(2.0,)", "3",
  ])
  func impossibleShapesAreRefusedBeforeMemoryIsTaken(shape: String) throws {
    try withScratchFolder { folder in
      let path = folder + "/shape.npy"
      let text = "{'descr': '<f8', 'fortran_order': False, 'shape': \(shape), }\n"
      try write(NumpyHeader.magic + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8), to: path)
      #expect(throws: AmpError.self) { try StoredArray(numpy: path) }
    }
  }

  @Test(arguments: [
    "{'descr': '<f8', 'fortran_order': False}", "{}", "", "{'shape': (), 'shape': ()}",
    "{'descr': '<f8', 'fortran_order': Maybe, 'shape': ()}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (), 'more': 1}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': ()} trailing",
    "{'descr': '<f8' 'fortran_order': False, 'shape': ()}",
  ])
  func malformedHeadersAreRefused(text: String) throws {
    try withScratchFolder { folder in
      let path = folder + "/header.npy"
      try write(NumpyHeader.magic + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8), to: path)
      #expect(throws: AmpError.self) { try StoredArray(numpy: path) }
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func randomArraysRoundTripBitByBit(seed: UInt64) throws {
    var random = Philox(seed: seed, purpose: .other)
    let shape = (0..<Int(random.next() % 4)).map { _ in Int(random.next() % 6) }
    let count = shape.reduce(1, *)
    // Any bit pattern, NaN payloads included.
    let words = (0..<count).map { _ in random.next() }
    let arrays = [
      StoredArray(words.map { Double(bitPattern: $0) }, shape: shape),
      StoredArray(words.map { Float(bitPattern: UInt32($0 >> 32)) }, shape: shape),
      StoredArray(words.map { Int64(bitPattern: $0) }, shape: shape),
      StoredArray(.int32(words.map { Int32(truncatingIfNeeded: $0) }), shape: shape),
      StoredArray(.uint8(words.map { UInt8(truncatingIfNeeded: $0) }), shape: shape),
    ]
    try withScratchFolder { folder in
      for array in arrays {
        try array.writeNumpy(to: folder + "/a.npy")
        expectSameBits(try StoredArray(numpy: folder + "/a.npy"), array)
      }
      let named = arrays.enumerated().map { (name: "array \($0)", array: $1) }
      for compressed in [false, true] {
        for large in [0, 1 << 40] {
          try NumpyArchive.write(
            named, to: folder + "/a.npz", compressed: compressed, large: large)
          let archive = try NumpyArchive(contentsOf: folder + "/a.npz")
          #expect(archive.names == named.map(\.name))
          for (name, array) in named { expectSameBits(try archive.array(name), array) }
        }
      }
      var tensors = TensorFile(metadata: ["seed": "\(seed)"])
      for (name, array) in named { tensors.append(name, array) }
      try tensors.write(to: folder + "/a.safetensors")
      let read = try TensorFile(contentsOf: folder + "/a.safetensors")
      #expect(read.metadata == tensors.metadata)
      #expect(read.tensors.map(\.name) == named.map(\.name))
      for (name, array) in named { expectSameBits(try #require(read[name]), array) }
    }
  }
}

/// As `==`, but a NaN equals itself.
func expectSameBits(
  _ a: StoredArray, _ b: StoredArray, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(a.shape == b.shape && a.elementSize == b.elementSize, sourceLocation: sourceLocation)
  let same = a.withUnsafeBytes { a in b.withUnsafeBytes { b in a.elementsEqual(b) } }
  #expect(same, "other bits", sourceLocation: sourceLocation)
}
