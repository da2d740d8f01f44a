using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Legacy;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Reads the wiring of one level of precedence.</summary>
internal sealed class WiringFinder(IDisk disk, WiringSchema schema)
{
    /// <summary>Chooses the level of precedence that applies to a command.</summary>
    public Result<WiringSource> ChooseLevel(WiringRequest request, bool persisted) =>
        WiringResolver.ChooseLevel(GatherFacts(request, persisted));

    private WiringFacts GatherFacts(WiringRequest request, bool persisted) =>
        new(
            request.OperatorsConfig is not null,
            persisted,
            disk.FileExists(request.WorkspaceDefault) || disk.DirectoryExists(request.WorkspaceDefault),
            !string.IsNullOrEmpty(request.EnvironmentConfig),
            request.HpcConfig is not null,
            request.Profile is not null
        );

    public Result<FoundWiring> FindWiring(WiringSource level, WiringRequest request) =>
        level switch
        {
            WiringSource.CommandLine => ReadFile(level, request.OperatorsConfig!, "OperatorsConfig names", request),
            WiringSource.WorkspaceDefault => ReadFile(level, request.WorkspaceDefault, "The workspace's default is", request),
            WiringSource.EnvironmentVariable => ReadFile(level, request.EnvironmentConfig!, "MATTERSTACK_OPERATORS_CONFIG names", request),
            WiringSource.LegacyHpcYaml or WiringSource.LegacyProfile => ReadLegacy(level, request),
            _ => new FoundWiring(BuiltinWiring.Bytes, WiringSource.BuiltinDefault, null, ParseOwn(BuiltinWiring.Bytes), [], []),
        };

    /// <summary>Warnings about a legacy argument that wiring of higher precedence overrides.</summary>
    public static IReadOnlyList<Problem> FindIgnoredArguments(WiringSource level, WiringRequest request) =>
        (request.HpcConfig ?? request.Profile) is not null
        && level is WiringSource.RunPersisted or WiringSource.WorkspaceDefault or WiringSource.EnvironmentVariable
            ?
            [
                Problem
                    .Create(
                        WiringCodes.ArgumentIgnored,
                        $"{(request.HpcConfig is not null ? "HpcConfig" : "Profile")} has no effect: the wiring is {level.ToText()}"
                    )
                    .AsWarning(),
            ]
            : [];

    private Result<FoundWiring> ReadFile(WiringSource level, string path, string named, WiringRequest request)
    {
        var read = WiringFiles.Read(disk, path, named);
        if (!read.TryGet(out var raw))
        {
            return Result<FoundWiring>.Fail(read.Problems);
        }

        var bytes = CanonicalBytes.FromRaw(raw);
        var outside = new ExternalBackends(disk, schema, request);
        var parsed = OperatorsFile.Parse(bytes, path, schema, outside);
        if (!parsed.TryGet(out var operators))
        {
            return Result<FoundWiring>.Fail(parsed.Problems);
        }

        if (operators.LegacyInputs.Count == 0)
        {
            return new FoundWiring(bytes, level, path, operators, [], []);
        }

        // The snapshot must work after the referenced files are deleted, so their content is written into it.
        var whole = OperatorsFileWriter.Write(
            "Written by MatterStack from an operators.yaml that referred to other files; metadata.json names them.",
            operators.Defaults,
            operators.Operators.Values.Select(OperatorEntry.FromWiring),
            operators.Codes
        );
        return new FoundWiring(
            whole,
            level,
            path,
            ParseOwn(whole),
            [new LegacyInput("operators_yaml", path, Sha256.ComputeHash(raw)), .. operators.LegacyInputs],
            outside.Warnings
        );
    }

    private Result<FoundWiring> ReadLegacy(WiringSource level, WiringRequest request)
    {
        var outside = new ExternalBackends(disk, schema, request);
        var read =
            level == WiringSource.LegacyProfile
                ? outside.FindProfile(request.Profile!)
                : outside.ReadHpcYaml(request.HpcConfig!, "HpcConfig names");
        if (!read.TryGet(out var backend))
        {
            return Result<FoundWiring>.Fail(read.Problems);
        }

        var bytes = LegacyWiring.Write(backend);
        return new FoundWiring(bytes, level, backend.Input.Path, ParseOwn(bytes), [backend.Input], outside.Warnings);
    }

    // A text of MatterStack must be valid; a failure is a bug.
    private OperatorsFile ParseOwn(byte[] bytes) => OperatorsFile.Parse(bytes, "operators.yaml", schema, outside: null).Value;
}
