using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators;

/// <summary>Finds and hashes what an attempt left in its <c>work/</c> folder.</summary>
internal static class Collecting
{
    /// <summary>Finds, hashes and reads it; what cannot be read is a fact about the attempt.</summary>
    /// <exception cref="IOException">The disk is in trouble, see <see cref="DiskTrouble"/>.</exception>
    public static Ending Collect(CampaignTask task, string workFolder, Ending ending)
    {
        try
        {
            var found = new Dictionary<string, OutputFile>(StringComparer.Ordinal);
            var missing = new List<string>();
            foreach (var pattern in task.Outputs)
            {
                var paths = Directory.Exists(Path.Combine(workFolder, pattern)) ? Globs.Find(workFolder, pattern + "/**/*") : Globs.Find(workFolder, pattern);
                if (paths.Count == 0)
                {
                    missing.Add(pattern);
                }

                foreach (var path in paths)
                {
                    using var stream = RegularFile.OpenRead(Path.Combine(workFolder, path));
                    found[path] = new OutputFile(path, Sha256.Of(stream), stream.Length);
                }
            }

            var (results, problem) = Results(workFolder);
            return ending with { Outputs = [.. found.Values], MissingOutputs = missing, ResultsJson = results, CollectProblem = problem };
        }
        catch (Exception e) when (IsOfTheOutputs(e))
        {
            return ending with { CollectProblem = $"its outputs could not be read: {e.Message}" };
        }
    }

    // A disk in trouble is another matter: what cannot be read now is read when it is well again.
    private static bool IsOfTheOutputs(Exception e) =>
        !DiskTrouble.Is(e) && e is (IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException);

    /// <summary>Reads <c>results.json</c>, if there is one.</summary>
    public static (string? Json, string? Problem) Results(string workFolder)
    {
        var path = Path.Combine(workFolder, "results.json");
        if (!Path.Exists(path))
        {
            return (null, null);
        }

        if (!RelativePath.StaysInside(workFolder, path))
        {
            return (null, "results.json is a link that leads out of the work folder");
        }

        if (File.ResolveLinkTarget(path, returnFinalTarget: true) is { Exists: false })
        {
            return (null, "results.json is a link to nothing");
        }

        if (RegularFile.Read(path, OutsideJson.Largest) is not { } bytes)
        {
            return (null, $"results.json is larger than {OutsideJson.Largest >> 20} MiB; put bulk data into other outputs");
        }

        using var document = OutsideJson.Parse(bytes, JsonRule.Results, out var fault);
        return (document?.RootElement.GetRawText(), fault?.In("results.json"));
    }
}
