import AmpCore
import Foundation
import TestSupport
import Testing

struct AtomicFileTests {
  private struct Interruption: Error {}

  @Test func fileAppearsOnlyWhenComplete() throws {
    try withScratchFolder { folder in
      let path = folder + "/out.bin"
      try AtomicFile.write(to: path) { file in
        try file.write([1, 2])
        try file.write("three")
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(file.count == 7)
      }
      #expect(try bytes(of: path) == [1, 2] + Array("three".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out.bin"])
    }
  }

  @Test func anErrorLeavesTheOldFileAndNothingElse() throws {
    try withScratchFolder { folder in
      let path = folder + "/out.bin"
      try write([42], to: path)
      #expect(throws: Interruption.self) {
        try AtomicFile.write(to: path) { file in
          try file.write([UInt8](repeating: 7, count: 1 << 20))
          throw Interruption()
        }
      }
      #expect(try bytes(of: path) == [42])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out.bin"])
    }
  }

  @Test func manySmallAndLargeChunksKeepTheirOrder() throws {
    try withScratchFolder { folder in
      let path = folder + "/out.bin"
      var random = Philox(seed: 1, purpose: .other)
      var expected: [UInt8] = []
      try AtomicFile.write(to: path) { file in
        for _ in 0..<200 {
          let length = Int(random.next() % 3 == 0 ? random.next() % 200_000 : random.next() % 50)
          let chunk = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ length) }
          try file.write(chunk)
          expected += chunk
        }
      }
      #expect(try bytes(of: path) == expected)
    }
  }

  @Test func symbolicLinkIsFollowedAndPermissionsStay() throws {
    try withScratchFolder { folder in
      let manager = FileManager.default
      try write([1], to: folder + "/real.bin")
      try manager.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder + "/real.bin")
      try manager.createSymbolicLink(
        atPath: folder + "/link.bin", withDestinationPath: folder + "/real.bin")
      try AtomicFile.write(to: folder + "/link.bin") { try $0.write([9]) }
      #expect(try bytes(of: folder + "/real.bin") == [9])
      let attributes = try manager.attributesOfItem(atPath: folder + "/real.bin")
      #expect(attributes[.posixPermissions] as? Int == 0o640)
      #expect(
        try manager.destinationOfSymbolicLink(atPath: folder + "/link.bin")
          == folder + "/real.bin")
    }
  }

  @Test func missingFolderIsNamedWithItsRemedy() throws {
    try withScratchFolder { folder in
      let path = folder + "/runs/7/out.bin"
      let error = #expect(throws: AmpError.self) { try AtomicFile.check(path) }
      #expect(error?.place == path)
      #expect(error?.remedy.contains("mkdir -p \(folder)/runs/7") == true)
    }
  }

  @Test func folderIsNoFile() throws {
    try withScratchFolder { folder in
      let error = #expect(throws: AmpError.self) { try AtomicFile.check(folder) }
      #expect(error?.problem.contains("folder") == true)
    }
  }

  @Test func checkLeavesNothingBehind() throws {
    try withScratchFolder { folder in
      try AtomicFile.check(folder + "/out.bin")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no /dev/full here"))
  func fullDiskIsSaid() {
    let error = #expect(throws: AmpError.self) {
      try AtomicFile.write(to: "/dev/full") { try $0.write([1]) }
    }
    #expect(error?.remedy.contains("Free some space") == true)
  }
}
