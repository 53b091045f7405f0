@_exported import AmpCore
