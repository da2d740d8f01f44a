using System.Text.Json;
using MatterStack.Engine.Evidence.BagIt;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Evidence.RoCrate;
using MatterStack.Engine.Evidence.Signing;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Reports.Html;
using MatterStack.Engine.Reports.Markdown;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Evidence.Export;

/// <summary>
/// Writes <c>evidence/</c>, a bundle that a reader can check without MatterStack. It reads one state of the run's store, also while the run
/// is active, and changes nothing outside <c>evidence/</c>.
/// </summary>
internal sealed class EvidenceExporter(IDisk disk, WiringService wirings)
{
    /// <summary>Returns the existing bundle if it matches the current state of the run; null if an export would write something.</summary>
    public ExportResult? FindCurrent(RunFolder run)
    {
        using var reader = new RunReader(run);
        return
            BundleFolder.Open(disk, run.Path, run.EvidenceFolder).TryGet(out var bundle, out _)
            && !bundle.ForeignFiles.Any()
            && FindCurrentManifest(bundle, reader, ComputeStateToken(run, reader)) is { } current
            ? new ExportResult(run.EvidenceFolder, null, false, current.Files)
            : null;
    }

    /// <summary>Exports a run. Warnings name the files that are left out.</summary>
    public Result<ExportResult> ExportRun(RunFolder run, EvidenceOptions? options = null)
    {
        options ??= new EvidenceOptions();
        Signer? signer = null;
        IReadOnlyList<Problem> problems = [];
        if (options.KeyPath is not null && !Signer.Load(options.KeyPath).TryGet(out signer, out problems))
        {
            return Result<ExportResult>.Fail(problems);
        }

        using var _ = signer;
        // A key that cannot sign is reported before anything is written.
        signer?.Sign("probe"u8.ToArray());
        if (!wirings.LoadPersisted(run.Path).TryGet(out var wiring, out problems))
        {
            return Result<ExportResult>.Fail([
                .. problems,
                Problem.Create(EvidenceCodes.WiringMissing, $"Run {run.Id} cannot be exported"),
            ]);
        }

        using var reader = new RunReader(run);
        if (!BundleFolder.Open(disk, run.Path, run.EvidenceFolder).TryGet(out var bundle, out problems))
        {
            return Result<ExportResult>.Fail(problems);
        }

        var warnings = new List<Problem>();
        var state = ComputeStateToken(run, reader);
        var (manifest, written, files) = FindCurrentManifest(bundle, reader, state) is { } current
            ? (current.Hash, false, current.Files)
            : StoreConnection.GuardOutput(run.StoreFile, () => Write(run, reader, wiring, bundle, state, options, warnings));
        warnings.AddRange(
            bundle
                .ForeignFiles.Order(StringComparer.Ordinal)
                .Take(20)
                .Select(f =>
                    Problem
                        .Create(
                            EvidenceCodes.ForeignFile,
                            $"{bundle.GetPath(f)} is not part of the evidence",
                            new SourcePosition(bundle.GetPath(f))
                        )
                        .AsWarning()
                )
        );
        if (signer is not null)
        {
            written |= Signature.Write(disk, bundle.GetPath(BundleNames.Signature), signer, reader.RunRow, manifest, wiring.Hash);
        }
        else if (written && disk.FileExists(bundle.GetPath(BundleNames.Signature)))
        {
            // The old signature covers the previous manifest.
            disk.DeleteFile(bundle.GetPath(BundleNames.Signature));
        }

        string? archive = null;
        if (options.WithArchive)
        {
            archive = Path.Combine(run.Path, $"evidence-{run.Id}.zip");
            written |= BagItArchive.Write(
                disk,
                bundle.Path,
                archive,
                reader.RunRow.RunId.Value,
                (reader.ReadLastEventTime() ?? reader.RunRow.CreatedAt).ToText()[..10]
            );
        }

        return Result<ExportResult>.Ok(new ExportResult(run.EvidenceFolder, archive, written, files), warnings);
    }

    private (Sha256 Manifest, bool Written, int Files) Write(
        RunFolder run,
        RunReader reader,
        RunWiring wiring,
        BundleFolder bundle,
        string state,
        EvidenceOptions options,
        List<Problem> warnings
    )
    {
        var paths = new PathRedactor([(run.Path + Path.DirectorySeparatorChar, ""), (run.Path, "."), .. options.PrivateFolders]);
        var story = new RecordedRun(reader);
        var writer = new BundleWriter(story, new RunRecordsJson(paths));
        PortableWiring.Write(bundle, disk, run.Path);
        new RunFileCopier(run, bundle, warnings).CopyFiles(story, writer);
        var machine = CopyRunConfig(run, bundle);
        bundle.WriteFile(BundleNames.Workflow, writer.WriteWorkflow);
        bundle.WriteFile(BundleNames.Events, writer.WriteEvents);
        bundle.WriteFile(BundleNames.Report, stream => MarkdownReport.Write(stream, reader, wiring, paths));
        var history = wirings.LoadHistory(run.Path).TryGet(out var events, out _) ? events : [];
        bundle.WriteFile(BundleNames.HtmlReport, stream => warnings.AddRange(
                HtmlReport
                    .Write(
                        stream,
                        new ReportSource(story, new BundleReportFiles(bundle) { RedactSecrets = options.RedactSecrets }, paths)
                        {
                            Wiring = wiring,
                            History = history,
                            Machine = machine,
                        }
                    )
                    .Take(RunFileCopier.MaxWarnings)
            ));
        bundle.WriteFile(BundleNames.Bundle, stream => writer.Write(stream, wiring, state));
        bundle.WriteFile(BundleNames.RoCrateMetadata, new RoCrateWriter(story, bundle, wiring, history, machine, paths).Write);
        var (manifest, written) = bundle.FinishBundle();
        return (manifest, written, bundle.Files.Count());
    }

    private RunMachine? CopyRunConfig(RunFolder run, BundleFolder bundle)
    {
        if (!disk.FileExists(run.ConfigFile) || new FileInfo(run.ConfigFile).LinkTarget is not null)
        {
            return null;
        }

        bundle.CopyFile(BundleNames.RunConfig, run.ConfigFile);
        try
        {
            return RunConfigFile.Read(disk.ReadAllBytes(run.ConfigFile)).Environment;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Last event, wiring history and engine version: every change of the bundle's content changes one of them, or is usage that an
    // accounting supplies later.
    private static string ComputeStateToken(RunFolder run, RunReader reader)
    {
        var history = Path.Combine(run.WiringSnapshotFolder, "history.jsonl");
        using var stream = RegularFile.OpenRead(history);
        var token = FormattableString.Invariant($"{reader.ReadLastEventSeq()}-{Sha256.ComputeHash(stream).Short}-{EngineVersion.Text}");
        return reader.CountPendingUsage() is > 0 and var pending ? FormattableString.Invariant($"{token}-{pending}") : token;
    }

    // Logs of running attempts grow without an event, so a bundle with running attempts is never current.
    private (Sha256 Hash, int Files)? FindCurrentManifest(BundleFolder bundle, RunReader reader, string state)
    {
        if (!bundle.IsUnchanged(BundleNames.Bundle) || !bundle.IsComplete || reader.ReadLiveAttempts().Any())
        {
            return null;
        }

        try
        {
            using var stream = disk.OpenRead(bundle.GetPath(BundleNames.Bundle));
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = JsonRule.MaxRecordsDepth });
            return document.RootElement.TryGetProperty("source_state", out var known) && known.GetString() == state
                ? (Sha256.ComputeHash(disk.ReadAllBytes(bundle.GetPath(BundleNames.Manifest))), bundle.PreviousFileCount)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
