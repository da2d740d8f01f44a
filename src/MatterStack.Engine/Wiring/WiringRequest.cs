using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring;

/// <summary>What a command says about wiring, and where it stands. All paths are absolute.</summary>
internal sealed record WiringRequest
{
    /// <summary>The argument <c>OperatorsConfig</c>.</summary>
    public string? OperatorsConfig { get; init; }

    /// <summary>The path in <c>MATTERSTACK_OPERATORS_CONFIG</c>.</summary>
    public string? EnvironmentConfig { get; init; }

    /// <summary>Where the workspace's default would be; it need not exist.</summary>
    public required string WorkspaceDefault { get; init; }

    /// <summary>What relative paths in wiring are relative to.</summary>
    public required string WorkspaceFolder { get; init; }

    /// <summary>The user's home folder, for <c>~</c>.</summary>
    public required string HomeFolder { get; init; }

    /// <summary>The legacy argument <c>HpcConfig</c>.</summary>
    public string? HpcConfig { get; init; }

    /// <summary>The legacy argument <c>Profile</c>, a name.</summary>
    public string? Profile { get; init; }

    /// <summary>The legacy argument <c>ProfilesConfig</c>; without it profiles are searched for.</summary>
    public string? ProfilesConfig { get; init; }

    /// <summary>The argument <c>ForceWiringOverride</c>.</summary>
    public bool Force { get; init; }

    /// <summary>The argument <c>OverrideReason</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asks, for the history.</summary>
    public required string User { get; init; }

    /// <summary>On which machine, for the history.</summary>
    public required string Host { get; init; }

    /// <summary>What the run's own store remembers of its wiring, if anything: then a snapshot that was removed is not mistaken for one never made.</summary>
    public Sha256? ExpectedHash { get; init; }
}
