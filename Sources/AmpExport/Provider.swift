struct Provider: Sendable {}
