using System.Text.Json;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators;

/// <summary>Finds and hashes what an attempt left in its <c>work/</c> folder.</summary>
internal static class Collecting
{
    /// <summary>Largest <c>results.json</c> taken into the store, in bytes.</summary>
    public const long ResultsLimit = 16 << 20;

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
        if (!File.Exists(path) || !RelativePath.StaysInside(workFolder, path))
        {
            return (null, null);
        }

        using var stream = RegularFile.OpenRead(path);
        if (stream.Length > ResultsLimit)
        {
            return (null, $"results.json is larger than {ResultsLimit >> 20} MiB; put bulk data into other outputs");
        }

        var bytes = new byte[stream.Length];
        bytes = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (document.RootElement.GetRawText(), null)
                : (null, "results.json is not a JSON object");
        }
        catch (JsonException e)
        {
            return (null, $"results.json is not valid JSON: {e.Message}");
        }
    }
}
