// NumPy's `.npy`: a header, then the elements.
// Element types f4, f8, i1 to i8, u1 to u8 and b1 of either byte order are read, in C or Fortran
// order; little-endian C order is written. Pickled Python objects are never unpickled.

extension StoredArray {
  /// Reads a `.npy` file.
  ///
  /// Integers of 8 and 16 bits widen to 32 bits, unsigned ones of 32 and 64 bits to `Int64`, truth
  /// values become bytes. Memory is taken only after the size of the file was checked.
  ///
  /// - Throws: ``AmpError`` if the file is missing, damaged, or holds anything but numbers.
  public init(numpy path: String) throws {
    let file = try MappedFile(path)
    if LineBlocks.isGzip(file.bytes) {
      throw AmpError(
        "the array is compressed by gzip", in: path, remedy: "Unpack it with gunzip.")
    }
    try self.init(numpy: ByteStream(file))
  }

  /// Writes a `.npy` file, without a copy of the elements.
  ///
  /// - Throws: ``AmpError`` if the file cannot be written.
  public func writeNumpy(to path: String) throws {
    try AtomicFile.write(to: path) { file in
      try file.write(numpyHeader)
      try withUnsafeBytes { try file.write($0) }
    }
  }

  /// The header with which the elements are written.
  package var numpyHeader: [UInt8] {
    let type =
      switch values {
      case .float64: "<f8"
      case .float32: "<f4"
      case .int64: "<i8"
      case .int32: "<i4"
      case .uint8: "|u1"
      }
    return NumpyHeader(type: type, shape: shape).bytes
  }

  package init(numpy stream: ByteStream) throws {
    let header = try NumpyHeader(from: stream)
    let reader = try NumpyElements(header, stream)
    switch header.type.dropFirst() {
    case "f8": values = .float64(try reader.read(Double.self, swapping: UInt64.self))
    case "f4": values = .float32(try reader.read(Float.self, swapping: UInt32.self))
    case "i8": values = .int64(try reader.read(Int64.self, swapping: UInt64.self))
    case "i4": values = .int32(try reader.read(Int32.self, swapping: UInt32.self))
    case "u1", "b1": values = .uint8(try reader.read(UInt8.self, swapping: UInt8.self))
    case "i1": values = .int32(try reader.read(Int8.self, swapping: UInt8.self).map(Int32.init))
    case "i2": values = .int32(try reader.read(Int16.self, swapping: UInt16.self).map(Int32.init))
    case "u2": values = .int32(try reader.read(UInt16.self, swapping: UInt16.self).map(Int32.init))
    case "u4": values = .int64(try reader.read(UInt32.self, swapping: UInt32.self).map(Int64.init))
    default:
      let wide = try reader.read(UInt64.self, swapping: UInt64.self)
      guard wide.allSatisfy({ $0 <= UInt64(Int64.max) }) else {
        throw AmpError(
          "integers beyond 2⁶³ − 1 cannot be read", in: stream.place,
          remedy: "Save the array as floating-point numbers: array.astype('<f8').")
      }
      values = .int64(wide.map(Int64.init))
    }
    shape = header.shape
    try stream.finish()
  }
}

/// Reads the elements that follow a header.
private struct NumpyElements {
  let header: NumpyHeader
  let stream: ByteStream
  let count: Int

  /// Checks type and size before anything is read.
  init(_ header: NumpyHeader, _ stream: ByteStream) throws {
    self.header = header
    self.stream = stream
    count = try header.checkedBytes(in: stream) / header.elementSize(in: stream.place)
  }

  func read<Element, Bits: FixedWidthInteger>(
    _: Element.Type, swapping: Bits.Type
  ) throws -> [Element] {
    let elements = try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      let whole = UnsafeMutableRawBufferPointer(
        start: bytes.baseAddress, count: count * MemoryLayout<Element>.stride)
      try stream.read(into: whole)
      if header.type.first == ">" {
        let words = whole.assumingMemoryBound(to: Bits.self)
        for i in 0..<count { words[i] = words[i].byteSwapped }
      }
      initialized = count
    }
    return header.isFortranOrder ? rowMajor(elements) : elements
  }

  /// Reorders elements whose first axis runs fastest.
  private func rowMajor<Element>(_ elements: [Element]) -> [Element] {
    let shape = header.shape
    if shape.count < 2 || elements.isEmpty { return elements }
    let strides = shape.indices.map { shape[..<$0].reduce(1, *) }
    var index = [Int](repeating: 0, count: shape.count)
    var at = 0
    var ordered: [Element] = []
    ordered.reserveCapacity(elements.count)
    let last = shape.count - 1
    while ordered.count < elements.count {
      for _ in 0..<shape[last] {
        ordered.append(elements[at])
        at += strides[last]
      }
      at -= shape[last] * strides[last]
      var axis = last - 1
      while axis >= 0 {
        index[axis] += 1
        at += strides[axis]
        if index[axis] < shape[axis] { break }
        at -= shape[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return ordered
  }
}
