using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Precedence of wiring. Pure functions: facts in, decision out.</summary>
internal static class WiringResolver
{
    /// <summary>Chooses the level with the highest precedence. Fails if arguments contradict each other.</summary>
    public static Result<WiringSource> ChooseLevel(WiringFacts facts) =>
        facts switch
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

    public static OverrideDecision DecideOverride(bool sameMeaning, bool runEnded, bool force) =>
        (sameMeaning, runEnded, force) switch
        {
            (true, _, _) => OverrideDecision.SameMeaning,
            (_, true, _) => OverrideDecision.RefusedAfterEnd,
            (_, _, true) => OverrideDecision.Replaced,
            _ => OverrideDecision.Refused,
        };

    private static Problem CreateConflict(string message) => Problem.Create(WiringCodes.ConflictingArguments, message);
}
