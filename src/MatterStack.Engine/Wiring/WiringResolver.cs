using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring;

/// <summary>Facts about the levels of precedence: which of them exist.</summary>
/// <param name="HasOperatorsConfig">The argument was given.</param>
/// <param name="IsPersisted">The run has a snapshot.</param>
/// <param name="HasWorkspaceDefault">The workspace's file exists.</param>
/// <param name="HasEnvironmentVariable">The variable is set.</param>
/// <param name="HasHpcConfig">The legacy argument was given.</param>
/// <param name="HasProfile">The legacy argument was given.</param>
internal readonly record struct WiringFacts(bool HasOperatorsConfig, bool IsPersisted, bool HasWorkspaceDefault, bool HasEnvironmentVariable, bool HasHpcConfig, bool HasProfile);

/// <summary>Effect of the argument <c>OperatorsConfig</c> on a run that has wiring.</summary>
internal enum OverrideDecision
{
    /// <summary>It has the same meaning as the run's wiring: nothing changes.</summary>
    SameMeaning,

    /// <summary>It has another meaning and was not forced.</summary>
    Refused,

    /// <summary>It has another meaning, and the run has ended.</summary>
    RefusedAfterEnd,

    /// <summary>It replaces the run's wiring.</summary>
    Replaced,
}

/// <summary>Precedence of wiring. Pure functions: facts in, decision out.</summary>
internal static class WiringResolver
{
    /// <summary>Chooses the level with the highest precedence. Fails if arguments contradict each other.</summary>
    public static Result<WiringSource> ChooseLevel(WiringFacts facts) => facts switch
    {
        { HasHpcConfig: true, HasProfile: true } => CreateConflict("HpcConfig and Profile were both given"),
        { HasOperatorsConfig: true, HasHpcConfig: true } => CreateConflict("OperatorsConfig and HpcConfig were both given"),
        { HasOperatorsConfig: true, HasProfile: true } => CreateConflict("OperatorsConfig and Profile were both given"),
        { HasOperatorsConfig: true } => WiringSource.CommandLine,
        { IsPersisted: true } => WiringSource.RunPersisted,
        { HasWorkspaceDefault: true } => WiringSource.WorkspaceDefault,
        { HasEnvironmentVariable: true } => WiringSource.EnvironmentVariable,
        { HasHpcConfig: true } => WiringSource.LegacyHpcYaml,
        { HasProfile: true } => WiringSource.LegacyProfile,
        _ => WiringSource.BuiltinDefault,
    };

    public static OverrideDecision DecideOverride(bool sameMeaning, bool runEnded, bool force) => (sameMeaning, runEnded, force) switch
    {
        (true, _, _) => OverrideDecision.SameMeaning,
        (_, true, _) => OverrideDecision.RefusedAfterEnd,
        (_, _, true) => OverrideDecision.Replaced,
        _ => OverrideDecision.Refused,
    };

    private static Problem CreateConflict(string message) => Problem.Create(WiringCodes.ConflictingArguments, message);
}
