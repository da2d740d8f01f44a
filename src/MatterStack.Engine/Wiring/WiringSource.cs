namespace MatterStack.Engine.Wiring;

/// <summary>Source of wiring, in order of precedence.</summary>
internal enum WiringSource
{
    /// <summary>The argument <c>OperatorsConfig</c>.</summary>
    CommandLine,

    /// <summary>The run's own snapshot.</summary>
    RunPersisted,

    /// <summary>The workspace's <c>operators.yaml</c>.</summary>
    WorkspaceDefault,

    /// <summary>The file that <c>MATTERSTACK_OPERATORS_CONFIG</c> names.</summary>
    EnvironmentVariable,

    /// <summary>The argument <c>Profile</c>.</summary>
    LegacyProfile,

    /// <summary>The argument <c>HpcConfig</c>.</summary>
    LegacyHpcYaml,

    /// <summary>The built-in default.</summary>
    BuiltinDefault,
}
