namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Facts about the levels of precedence: which of them exist.</summary>
/// <param name="HasOperatorsConfig">The argument was given.</param>
/// <param name="IsPersisted">The run has a snapshot.</param>
/// <param name="HasWorkspaceDefault">The workspace's file exists.</param>
/// <param name="HasEnvironmentVariable">The variable is set.</param>
/// <param name="HasHpcConfig">The legacy argument was given.</param>
/// <param name="HasProfile">The legacy argument was given.</param>
internal readonly record struct WiringFacts(
    bool HasOperatorsConfig,
    bool IsPersisted,
    bool HasWorkspaceDefault,
    bool HasEnvironmentVariable,
    bool HasHpcConfig,
    bool HasProfile
);
