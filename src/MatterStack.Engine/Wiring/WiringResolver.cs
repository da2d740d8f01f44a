using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring;

/// <summary>Facts about the levels of precedence: which of them exist.</summary>
/// <param name="OperatorsConfig">The argument was given.</param>
/// <param name="Persisted">The run has a snapshot.</param>
/// <param name="WorkspaceDefault">The workspace's file exists.</param>
/// <param name="EnvironmentVariable">The variable is set.</param>
/// <param name="HpcConfig">The legacy argument was given.</param>
/// <param name="Profile">The legacy argument was given.</param>
internal readonly record struct WiringFacts(bool OperatorsConfig, bool Persisted, bool WorkspaceDefault, bool EnvironmentVariable, bool HpcConfig, bool Profile);

/// <summary>Effect of the argument <c>OperatorsConfig</c> on a run that has wiring.</summary>
internal enum OverrideDecision
{
    /// <summary>It has the same meaning as the run's wiring: nothing changes.</summary>
    Same,

    /// <summary>It has another meaning and was not forced.</summary>
    Refused,

    /// <summary>It has another meaning, and the run has ended.</summary>
    RefusedEnded,

    /// <summary>It replaces the run's wiring.</summary>
    Replaces,
}

/// <summary>Precedence of wiring. Pure functions: facts in, decision out.</summary>
internal static class WiringResolver
{
    /// <summary>Chooses the level with the highest precedence. Fails if arguments contradict each other.</summary>
    public static Result<WiringSource> Choose(WiringFacts facts) => facts switch
    {
        { HpcConfig: true, Profile: true } => Conflict("HpcConfig and Profile were both given"),
        { OperatorsConfig: true, HpcConfig: true } => Conflict("OperatorsConfig and HpcConfig were both given"),
        { OperatorsConfig: true, Profile: true } => Conflict("OperatorsConfig and Profile were both given"),
        { OperatorsConfig: true } => WiringSource.Cli,
        { Persisted: true } => WiringSource.RunPersisted,
        { WorkspaceDefault: true } => WiringSource.WorkspaceDefault,
        { EnvironmentVariable: true } => WiringSource.EnvVar,
        { HpcConfig: true } => WiringSource.LegacyHpcYaml,
        { Profile: true } => WiringSource.LegacyProfile,
        _ => WiringSource.BuiltinDefault,
    };

    public static OverrideDecision Override(bool sameMeaning, bool runEnded, bool force) => (sameMeaning, runEnded, force) switch
    {
        (true, _, _) => OverrideDecision.Same,
        (_, true, _) => OverrideDecision.RefusedEnded,
        (_, _, true) => OverrideDecision.Replaces,
        _ => OverrideDecision.Refused,
    };

    private static Problem Conflict(string message) => Problem.Of(WiringCodes.ConflictingArguments, message);
}
