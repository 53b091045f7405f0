@_exported import AmpCore
@_exported import AmpNets
