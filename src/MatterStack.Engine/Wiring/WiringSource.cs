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

/// <summary>Names of sources in files and messages.</summary>
internal static class WiringSources
{
    private static readonly string[] Texts =
        ["cli", "run_persisted", "workspace_default", "env_var", "legacy_profile", "legacy_hpc_yaml", "builtin_default"];

    public static string ToText(this WiringSource source) => Texts[(int)source];

    public static bool TryParse(string? text, out WiringSource source)
    {
        var index = Array.IndexOf(Texts, text);
        source = index < 0 ? default : (WiringSource)index;
        return index >= 0;
    }
}
