using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring;

/// <summary>Arguments of a command about wiring, and the folders of its workspace. All paths are absolute.</summary>
internal sealed record WiringRequest
{
    /// <summary>The argument <c>OperatorsConfig</c>.</summary>
    public string? OperatorsConfig { get; init; }

    /// <summary>The path in <c>MATTERSTACK_OPERATORS_CONFIG</c>.</summary>
    public string? EnvironmentConfig { get; init; }

    /// <summary>Path of the workspace's default file; the file need not exist.</summary>
    public required string WorkspaceDefault { get; init; }

    /// <summary>Base folder of relative paths in wiring.</summary>
    public required string WorkspaceFolder { get; init; }

    /// <summary>The user's home folder, for <c>~</c>.</summary>
    public required string HomeFolder { get; init; }

    /// <summary>The legacy argument <c>HpcConfig</c>.</summary>
    public string? HpcConfig { get; init; }

    /// <summary>The legacy argument <c>Profile</c>, a name.</summary>
    public string? Profile { get; init; }

    /// <summary>The legacy argument <c>ProfilesConfig</c>; null if the profiles file must be searched.</summary>
    public string? ProfilesConfig { get; init; }

    /// <summary>The argument <c>ForceWiringOverride</c>.</summary>
    public bool IsForced { get; init; }

    /// <summary>The argument <c>OverrideReason</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Name of the user, for the history.</summary>
    public required string User { get; init; }

    /// <summary>Name of the host, for the history.</summary>
    public required string Host { get; init; }

    /// <summary>Hash of the wiring in the run's store; null if there is none. It distinguishes a removed snapshot from a run without
    /// wiring.</summary>
    public Sha256? ExpectedHash { get; init; }
}
