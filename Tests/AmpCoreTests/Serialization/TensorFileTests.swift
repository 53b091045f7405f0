import AmpCore
import TestSupport
import Testing

struct TensorFileTests {
  @Test func fileOfTheReferenceImplementationIsRead() throws {
    let file = try TensorFile(contentsOf: fixture("reference.safetensors"))
    #expect(file.metadata == ["process": "g g → γ γ g", "quoted": "a \"b\" \\ c\n"])
    #expect(file.tensors.count == 6)
    #expect(try file.floats("weight", shape: [2, 3]) == [0, 0.25, 0.5, 0.75, 1, 1.25])
    #expect(try file.doubles("bias") == [-0.5, 1e-300])
    #expect(try file.int64s("step", shape: []) == [12_345_678_901])
    #expect(try file.int64s("counts") == [-1, 2])
    #expect(try file.int64s("flags") == [0, 1, 255])
    #expect(try file.floats("nothing", shape: [0, 3]).isEmpty)
    #expect(try file.doubles("weight").count == 6)
  }

  @Test func namesTypesAndShapesAreChecked() throws {
    let file = try TensorFile(contentsOf: fixture("reference.safetensors"))
    for read in [
      { _ = try file.floats("absent") }, { _ = try file.floats("bias") },
      { _ = try file.floats("weight", shape: [3, 2]) }, { _ = try file.int64s("weight") },
      { _ = try file.doubles("step") },
    ] {
      let error = #expect(throws: AmpError.self) { try read() }
      #expect(error?.place == fixture("reference.safetensors"))
    }
  }

  @Test func bytesAreThoseOfTheSpecification() throws {
    try withScratchFolder { folder in
      var file = TensorFile(metadata: ["b": "2", "a": "\u{1}\t\""])
      file.append("u", StoredArray(.uint8([7]), shape: [1]))
      file.append("x", StoredArray([1.0]))
      try file.write(to: folder + "/a.safetensors")
      let text =
        #"{"__metadata__":{"a":"\u0001\t\"","b":"2"},"#
        + #""u":{"dtype":"U8","shape":[1],"data_offsets":[8,9]},"#
        + #""x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#
      let padded = Array(text.utf8) + [UInt8](repeating: 0x20, count: (8 - text.utf8.count % 8) % 8)
      #expect(
        try bytes(of: folder + "/a.safetensors")
          == [UInt8(padded.count), 0, 0, 0, 0, 0, 0, 0] + padded
          + [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 7])
      #expect(try TensorFile(contentsOf: folder + "/a.safetensors") == file)
    }
  }

  private func read(_ header: String, data: Int) throws -> TensorFile {
    try withScratchFolder { folder in
      let path = folder + "/a.safetensors"
      let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init)
      try write(length + Array(header.utf8) + [UInt8](repeating: 1, count: data), to: path)
      return try TensorFile(contentsOf: path)
    }
  }

  @Test func escapesAndBlanksAreUnderstood() throws {
    let file = try read(
      #"{ "\u03b3\ud83d\ude00\/" : {"shape":[ 2 ],"data_offsets":[0, 8] ,"dtype":"F32"} }  "#,
      data: 8)
    #expect(file.tensors.map(\.name) == ["γ😀/"])
  }

  @Test(arguments: [
    // Overlap, gap at the start, gap inside, gap at the end.
    #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#,
    #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
    #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
    #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#,
    // Beyond the end, backwards, shape against bytes, overflow.
    #"{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}"#,
    #"{"a":{"dtype":"U8","shape":[8],"data_offsets":[8,0]}}"#,
    #"{"a":{"dtype":"F32","shape":[8],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"U8","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"U8","shape":[-8],"data_offsets":[0,8]}}"#,
    // Names twice, unknown type, things missing, other JSON, rubbish.
    #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#,
    #"{"__metadata__":{"k":"1","k":"2"},"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#,
    #"{"__metadata__":{},"__metadata__":{},"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#,
    #"{"__metadata__":{"k":1},"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"U8","shape":[8]}}"#,
    #"{"a":{"dtype":"U8","dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},}"#,
    #"{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}} x"#,
    #" {"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#,
    #"{"a\ud800":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#, #"[]"#, #"{"#, "", "{}",
  ])
  func unsoundHeadersAreRefused(header: String) {
    #expect(throws: AmpError.self) { try read(header, data: 8) }
  }

  @Test func hugeHeaderIsRefused() throws {
    try withScratchFolder { folder in
      let path = folder + "/a.safetensors"
      for length: [UInt8] in [[255, 255, 255, 255, 255, 255, 255, 255], [3, 0, 0, 0, 0, 0, 0, 0]] {
        try write(length + [0x7b, 0x7d], to: path)
        let error = #expect(throws: AmpError.self) { try TensorFile(contentsOf: path) }
        #expect(error?.problem.contains("header") == true)
      }
    }
  }

  @Test func elementsThatAreNotFiniteAreNamed() throws {
    var file = TensorFile()
    file.append("weights", StoredArray([1, .nan] as [Float]))
    let error = #expect(throws: AmpError.self) { try file.requireFinite() }
    #expect(error?.problem.contains("'weights'") == true)
    #expect(error?.problem.contains("number 1") == true)
  }
}
