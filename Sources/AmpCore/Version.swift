/// The version of Amp, as it stands in every model file.
public let ampVersion = "0.1.0"
