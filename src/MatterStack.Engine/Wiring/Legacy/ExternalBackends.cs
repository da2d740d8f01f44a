using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Legacy;

/// <summary>Finds legacy profiles and HPC files.</summary>
internal sealed class ExternalBackends(IDisk disk, WiringSchema schema, WiringRequest request) : IExternalBackends
{
    private readonly List<Problem> _warnings = [];

    /// <summary>Warnings about keys that were not converted.</summary>
    public IReadOnlyList<Problem> Warnings => _warnings.Distinct().ToArray();

    public Result<ExternalBackend> ReadHpcYaml(string path, string named)
    {
        var read = LoadFile(new WiringPaths(request.WorkspaceFolder, request.HomeFolder).Resolve(path), named);
        return read.TryGet(out var file)
            ? file.ConvertBackend(LegacyBackendParts.FromHpcYaml(file), schema, "hpc_yaml", name: null, _warnings)
            : Result<ExternalBackend>.Fail(read.Problems);
    }

    public Result<ExternalBackend> FindProfile(string name)
    {
        foreach (var path in GetProfileFiles())
        {
            var read = LoadFile(path, request.ProfilesConfig is null ? "The profiles file is" : "ProfilesConfig names");
            if (!read.TryGet(out var file))
            {
                return Result<ExternalBackend>.Fail(read.Problems);
            }

            if (LegacyBackendParts.FromProfile(file, name) is { } shape)
            {
                return file.ConvertBackend(shape, schema, "profile", name, _warnings);
            }
        }

        var searched = request.ProfilesConfig ?? "matterstack.yaml from the workspace upwards, ~/.matterstack/config.yaml";
        return new Problem(
            WiringCodes.UnknownProfile,
            $"There is no profile '{DisplayText.Shorten(name)}'",
            $"Searched: {searched}.",
            request.ProfilesConfig is { } at ? new SourcePosition(at) : null
        );
    }

    private IEnumerable<string> GetProfileFiles()
    {
        if (request.ProfilesConfig is { } given)
        {
            return [given];
        }

        var upwards = new List<string>();
        for (var at = request.WorkspaceFolder; at is not null; at = Path.GetDirectoryName(at))
        {
            upwards.Add(Path.Combine(at, "matterstack.yaml"));
            upwards.Add(Path.Combine(at, "matterstack.yml"));
        }

        return upwards
            .Where(disk.FileExists)
            .Take(1)
            .Concat(new[] { Path.Combine(request.HomeFolder, ".matterstack", "config.yaml") }.Where(disk.FileExists));
    }

    private Result<LegacyFile> LoadFile(string path, string named)
    {
        var read = WiringFiles.Read(disk, path, named);
        if (!read.TryGet(out var raw))
        {
            return Result<LegacyFile>.Fail(read.Problems);
        }

        var decoded = CanonicalBytes.Decode(CanonicalBytes.FromRaw(raw), path);
        if (!decoded.TryGet(out var text))
        {
            return Result<LegacyFile>.Fail(decoded.Problems);
        }

        var problems = new List<Problem>();
        return YamlReader.Read(text, path, problems) is { } root && problems.Count == 0
            ? new LegacyFile(path, Sha256.ComputeHash(raw), root)
            : Result<LegacyFile>.Fail(problems);
    }
}
