using System.Text.Json;
using MatterStack.Engine.Evidence.Report;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence;

/// <summary>
/// Writes <c>evidence/</c>, a bundle that a reader can check without MatterStack. It reads one state of the run's store, also while the run
/// is active, and changes nothing outside <c>evidence/</c>.
/// </summary>
internal sealed class EvidenceExport(IDisk disk, WiringService wirings)
{
    /// <summary>Returns the existing bundle if it matches the current state of the run; null if an export would write something.</summary>
    public Exported? Current(RunFolder run)
    {
        using var reader = new RunReader(run);
        return BundleFolder.Open(disk, run.Path, run.EvidenceFolder).TryGet(out var bundle, out _) && !bundle.Foreign.Any() && IsCurrent(bundle, reader, StateToken(run, reader)) is { } current
            ? new Exported(run.EvidenceFolder, null, false, current.Files)
            : null;
    }

    /// <summary>Exports a run. Warnings name the files that are left out.</summary>
    public Result<Exported> Export(RunFolder run, EvidenceOptions? options = null)
    {
        options ??= new EvidenceOptions();
        Signer? signer = null;
        IReadOnlyList<Problem> problems = [];
        if (options.Key is not null && !Signer.Load(options.Key).TryGet(out signer, out problems))
        {
            return Result<Exported>.Fail(problems);
        }

        using var _ = signer;
        // A key that cannot sign is reported before anything is written.
        signer?.Sign("probe"u8.ToArray());
        if (!wirings.LoadPersisted(run.Path).TryGet(out var wiring, out problems))
        {
            return Result<Exported>.Fail([.. problems, Problem.Create(EvidenceCodes.WiringMissing, $"Run {run.Id} cannot be exported")]);
        }

        using var reader = new RunReader(run);
        if (!BundleFolder.Open(disk, run.Path, run.EvidenceFolder).TryGet(out var bundle, out problems))
        {
            return Result<Exported>.Fail(problems);
        }

        var warnings = new List<Problem>();
        var state = StateToken(run, reader);
        var (manifest, written, files) = IsCurrent(bundle, reader, state) is { } current ? (current.Hash, false, current.Files) : StoreConnection.GuardOutput(run.StoreFile, () => Write(run, reader, wiring, bundle, state, options, warnings));
        warnings.AddRange(bundle.Foreign.Order(StringComparer.Ordinal).Take(20).Select(f => Problem.Create(EvidenceCodes.Foreign, $"{bundle.In(f)} is not part of the evidence", new SourcePosition(bundle.In(f))).AsWarning()));
        if (signer is not null)
        {
            written |= Signature.Write(disk, bundle.In(BundleNames.Signature), signer, reader.RunRow, manifest, wiring.Hash);
        }
        else if (written && disk.FileExists(bundle.In(BundleNames.Signature)))
        {
            // The old signature covers the previous manifest.
            disk.DeleteFile(bundle.In(BundleNames.Signature));
        }

        string? archive = null;
        if (options.Bag)
        {
            archive = Path.Combine(run.Path, $"evidence-{run.Id}.zip");
            written |= Bag.Write(disk, bundle.Path, archive, reader.RunRow.RunId, (reader.ReadLastEventTime() ?? reader.RunRow.CreatedAtUtc)[..10]);
        }

        return Result<Exported>.Ok(new Exported(run.EvidenceFolder, archive, written, files), warnings);
    }

    private (Sha256 Manifest, bool Written, int Files) Write(RunFolder run, RunReader reader, RunWiring wiring, BundleFolder bundle, string state, EvidenceOptions options, List<Problem> warnings)
    {
        var paths = new PortableText([(run.Path + Path.DirectorySeparatorChar, ""), (run.Path, "."), .. options.Private]);
        var story = new RunStory(reader);
        var writer = new Bundle(story, new RunRecordsJson(paths));
        PortableWiring.Write(bundle, disk, run.Path);
        new EvidenceFiles(run, bundle, warnings).Copy(story, writer);
        var machine = CopyCard(run, bundle);
        bundle.Write(BundleNames.Workflow, writer.WriteWorkflow);
        bundle.Write(BundleNames.Events, writer.WriteEvents);
        bundle.Write(BundleNames.Report, stream => MarkdownReport.Write(stream, reader, wiring, paths));
        var history = wirings.LoadHistory(run.Path).TryGet(out var events, out _) ? events : [];
        bundle.Write(BundleNames.HtmlReport, stream => warnings.AddRange(HtmlReport.Write(stream, new ReportSource(story, ReportFiles.In(bundle, options.Hide), paths) { Wiring = wiring, History = history, Machine = machine }).Take(EvidenceFiles.MostWarnings)));
        bundle.Write(BundleNames.Bundle, stream => writer.Write(stream, wiring, state));
        bundle.Write(BundleNames.Crate, new Crate(story, bundle, wiring, history, machine, paths).Write);
        var (manifest, written) = bundle.Finish();
        return (manifest, written, bundle.Files.Count());
    }

    private RunMachine? CopyCard(RunFolder run, BundleFolder bundle)
    {
        if (!disk.FileExists(run.ConfigFile) || new FileInfo(run.ConfigFile).LinkTarget is not null)
        {
            return null;
        }

        bundle.Copy(BundleNames.Card, run.ConfigFile);
        try
        {
            return RunConfigFile.Read(disk.ReadAllBytes(run.ConfigFile)).Environment;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Last event, wiring history and engine version: every change of the bundle's content changes one of them.
    private static string StateToken(RunFolder run, RunReader reader)
    {
        var history = Path.Combine(run.WiringSnapshotFolder, "history.jsonl");
        using var stream = RegularFile.OpenRead(history);
        return FormattableString.Invariant($"{reader.ReadLastEventSeq()}-{Sha256.ComputeHash(stream).Short}-{EngineVersion.Text}");
    }

    // Logs of running attempts grow without an event, so a bundle with running attempts is never current.
    private (Sha256 Hash, int Files)? IsCurrent(BundleFolder bundle, RunReader reader, string state)
    {
        if (!bundle.IsAsBefore(BundleNames.Bundle) || !bundle.IsWhole || reader.LiveAttempts().Any())
        {
            return null;
        }

        try
        {
            using var stream = disk.OpenRead(bundle.In(BundleNames.Bundle));
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = JsonRule.Wrapped });
            return document.RootElement.TryGetProperty("source_state", out var known) && known.GetString() == state
                ? (Sha256.ComputeHash(disk.ReadAllBytes(bundle.In(BundleNames.Manifest))), bundle.Count)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
