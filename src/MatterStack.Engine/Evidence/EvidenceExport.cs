using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence;

/// <summary>Writes <c>evidence/</c>: what a reader can check without MatterStack. It reads the run and changes nothing outside its folder.</summary>
internal sealed class EvidenceExport(IDisk disk, WiringKeeper wirings)
{
    // A file in each folder that is written to.
    private static readonly string[] Written = ["bundle.json", "report.md", "operators_snapshot/by-sha256/any"];
    private static readonly EnumerationOptions NoLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>The bundle's folder, and whether anything had to be written.</summary>
    public Result<(string Folder, bool Written)> Export(RunFolder run)
    {
        if (!wirings.LoadPersisted(run.Path).TryGet(out var wiring, out var problems))
        {
            return Result<(string, bool)>.Fail([.. problems, Problem.Of(EvidenceCodes.WiringMissing, $"Run {run.Id} cannot be exported")]);
        }

        using var reader = new RunReader(run);
        var state = StateToken(run, reader);
        if (IsCurrent(run, state))
        {
            return (run.Evidence, false);
        }

        foreach (var place in Written.Select(name => Path.Combine(run.Evidence, name)))
        {
            if (!RelativePath.StaysInside(run.Path, place))
            {
                return Problem.Of(EvidenceCodes.LeadsOut, $"Evidence of run {run.Id} is not written: {Path.GetDirectoryName(place)} leads out of the run's folder", new SourcePosition(run.Evidence));
            }
        }

        disk.CreateDirectory(run.Evidence);
        CopyWiring(run);
        disk.WriteAtomically(Path.Combine(run.Evidence, "report.md"), MarkdownReport.Write(reader, wiring));
        // Last: a bundle that names this state has all the rest.
        disk.WriteAtomically(Path.Combine(run.Evidence, "bundle.json"), Bundle.Write(reader, wiring, state));
        return (run.Evidence, true);
    }

    // What the run has told so far and what it is wired with; whatever changes the bundle's content changes one of them.
    private static string StateToken(RunFolder run, RunReader reader)
    {
        var history = Path.Combine(run.WiringSnapshot, "history.jsonl");
        using var stream = File.OpenRead(history);
        return FormattableString.Invariant($"{reader.LastEvent()}-{Sha256.Of(stream).Short}-{EngineVersion.Text}");
    }

    private bool IsCurrent(RunFolder run, string state)
    {
        var bundle = Path.Combine(run.Evidence, "bundle.json");
        if (!disk.FileExists(bundle) || !disk.FileExists(Path.Combine(run.Evidence, "report.md")))
        {
            return false;
        }

        try
        {
            using var stream = disk.OpenRead(bundle);
            using var document = JsonDocument.Parse(stream);
            return document.RootElement.TryGetProperty("source_state", out var known) && known.GetString() == state;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void CopyWiring(RunFolder run)
    {
        foreach (var file in Directory.EnumerateFiles(run.WiringSnapshot, "*", NoLinks))
        {
            var target = Path.Combine(run.Evidence, "operators_snapshot", Path.GetRelativePath(run.WiringSnapshot, file));
            disk.CreateDirectory(Path.GetDirectoryName(target)!);
            disk.WriteAtomically(target, disk.ReadAllBytes(file));
        }
    }
}
