using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;
using MatterStack.Engine.Wiring.Snapshots;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Creates a run under a hidden name and renames it when it is complete, so that a crash, a full disk or an error in the wiring
/// leaves no incomplete run.</summary>
internal sealed class RunFactory(RunsFolder runs, IDisk disk, TimeProvider clock)
{
    private const string UnfinishedPrefix = ".new-";
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    /// <summary>Creates a run.</summary>
    /// <param name="slug">Name of the workspace.</param>
    /// <param name="projectFolder">Folder of the campaign's files.</param>
    /// <param name="definition">Definition of the campaign.</param>
    /// <param name="tags">Tags that the user gave.</param>
    /// <param name="wire">Resolves the wiring and writes it into the given folder.</param>
    /// <returns>The run, or why it could not be created.</returns>
    public Result<RunFolder> CreateRun(
        string slug,
        string projectFolder,
        CampaignDefinition definition,
        IReadOnlyList<string> tags,
        Func<string, Result<RunWiring>> wire
    )
    {
        var now = clock.GetUtcNow();
        var id = RunId.Create(now, runs.ListRuns() is [.., var newest] ? newest.Id : null);
        var unfinished = new RunFolder(id, Path.Combine(runs.Path, UnfinishedPrefix + id));
        if (StorePathLimit.IsTooLong(unfinished.StoreFile))
        {
            return StorePathLimit.CreateTooLongProblem(unfinished.StoreFile);
        }

        try
        {
            disk.CreateDirectory(runs.Path);
            DeleteAbandoned(now);
            _ = runs.DeleteLeftovers(disk);
            disk.CreateDirectory(unfinished.Path);
            disk.CreateDirectory(Path.Combine(unfinished.Path, "tasks"));
            if (!wire(unfinished.Path).TryGet(out var wiring, out var problems))
            {
                disk.DeleteDirectory(unfinished.Path);
                return Result<RunFolder>.Fail(problems);
            }

            var program = CopyContent(unfinished, projectFolder, definition);
            using (
                RunStore.Create(unfinished, disk, (connection, transaction) =>
                    FillStore(connection, transaction, id, slug, definition, program, tags, wiring, now)
                )
            ) { }

            var config = new RunConfigFile(
                id.Value,
                slug,
                now.ToText(),
                definition.Hash.Hex,
                EngineVersion.Text,
                new RunConfigFile.WiringEntry(wiring.Hash.Hex, wiring.Origin.ToText(), SnapshotPaths.RelativeSnapshotPath),
                tags
            )
            {
                Environment = RunMachine.GetCurrent(),
            };
            config.Write(disk, unfinished);
            var run = new RunFolder(id, Path.Combine(runs.Path, id.Value));
            ShareWithGroup(unfinished);
            // Flush before the rename: under its final name the run is complete, also after a power cut.
            disk.FlushFolder(unfinished.Path);
            disk.MoveDirectory(unfinished.Path, run.Path);
            return run;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            TryDelete(unfinished.Path);
            return AccessDenial.FindWriteDenial(runs.Path) is { } why
                ? Problem.Create(RunCodes.NotPermitted, why, new SourcePosition(runs.Path))
                : new Problem(
                    RunCodes.FolderNotWritable,
                    $"A new run cannot be created in {runs.Path}: {e.Message}",
                    RunCodes.FolderNotWritable.Remedy
                );
        }
        catch (ProblemException)
        {
            TryDelete(unfinished.Path);
            throw;
        }
    }

    // The run has its own copy of its files and program, so that edits of the project do not change it and it can be moved away.
    private string? CopyContent(RunFolder run, string projectFolder, CampaignDefinition definition)
    {
        foreach (var input in definition.Tasks.SelectMany(t => t.Inputs).DistinctBy(i => i.Content))
        {
            disk.CreateDirectory(run.InputsFolder);
            var copy = Path.Combine(run.InputsFolder, input.Content.Hex);
            if (disk.CopyHashed(Path.Combine(projectFolder, input.Source), copy).Hash != input.Content)
            {
                throw new IOException($"{input.Source} changed while it was copied");
            }
        }

        if (definition.Program is not { } program)
        {
            return null;
        }

        var folder = Path.Combine(run.ProgramsFolder, program.Content.Short);
        foreach (var (path, _) in program.Files)
        {
            var target = Path.Combine(folder, path);
            disk.CreateDirectory(Path.GetDirectoryName(target)!);
            disk.CopyFile(Path.Combine(program.Folder, path), target);
        }

        return $"program/{program.Content.Short}/{program.AssemblyName}";
    }

    private static void FillStore(
        SqliteConnection connection,
        SqliteTransaction transaction,
        RunId id,
        string slug,
        CampaignDefinition definition,
        string? program,
        IReadOnlyList<string> tags,
        RunWiring wiring,
        DateTimeOffset now
    )
    {
        using (
            var insertRun = new SqlStatement(
                connection,
                $"""
                INSERT INTO runs (run_id, workspace_slug, state, created_at_utc, definition_sha256, engine_version, program_path, declaration, campaign_class, program_sha256, failure_class, tags)
                VALUES ($1, $2, '{RunState.Pending.ToText()}', $3, $4, $5, $6, $7, $8, $9, $10, $11)
                """,
                11
            )
        )
        {
            insertRun.ExecuteNonQuery(
                transaction,
                id.Value,
                slug,
                now.ToText(),
                definition.Hash.Hex,
                EngineVersion.Text,
                program,
                definition.Checkpoint?.ToString(),
                definition.Class is { AnalyzesResults: true } asked ? asked.Name : null,
                definition.Program?.Content.Hex,
                definition.FailureClass,
                TagList.FormatJson(tags)
            );
        }

        using (var insertEvent = new SqlStatement(connection, WiringEventTable.InsertSql, 4))
        {
            WiringEventTable.AddEvents(insertEvent, transaction, wiring.Events);
        }

        using (var tasks = new TaskWriter(connection))
        {
            tasks.WriteTasks(transaction, definition.Tasks, 0, 0);
        }

        if (definition.Class is { AnalyzesResults: true })
        {
            using var insertIteration = new SqlStatement(connection, IterationWriter.InsertIterationSql, 3);
            insertIteration.ExecuteNonQuery(transaction, 0L, (long)definition.Tasks.Count, now.ToText());
        }

        using var insertInput = new SqlStatement(connection, RunInputTable.InsertSql, 6);
        RunInputTable.AddWiring(insertInput, transaction, wiring, now);
        foreach (var input in definition.Tasks.SelectMany(t => t.Inputs).DistinctBy(i => i.Source))
        {
            insertInput.ExecuteNonQuery(
                transaction,
                RunInputKind.CampaignFile.ToText(),
                input.Source,
                input.Content.Hex,
                "project",
                "inputs/" + input.Content.Hex,
                now.ToText()
            );
        }

        foreach (var (path, hash) in definition.Program?.Files ?? [])
        {
            insertInput.ExecuteNonQuery(
                transaction,
                RunInputKind.Program.ToText(),
                path,
                hash.Hex,
                "project",
                $"program/{definition.Program!.Content.Short}/{path}",
                now.ToText()
            );
        }
    }

    private void ShareWithGroup(RunFolder run)
    {
        if (runs.Access != GroupAccess.None)
        {
            runs.ShareWithGroup();
            // Create the lock file now; a later creator would own it alone.
            disk.AppendAllBytes(run.LockFile, []);
            GroupPermissions.GrantTreeAccess(run.Path, runs.Access);
        }
    }

    private void DeleteAbandoned(DateTimeOffset now)
    {
        foreach (var folder in Directory.EnumerateDirectories(runs.Path, UnfinishedPrefix + "*"))
        {
            if (now - FileTime.ReadWriteTime(folder) > AbandonedAfter)
            {
                TryDelete(folder);
            }
        }
    }

    private void TryDelete(string folder)
    {
        try
        {
            if (disk.DirectoryExists(folder))
            {
                disk.DeleteDirectory(folder);
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // A folder that cannot be deleted is not listed as a run, and a later Init deletes it.
        }
    }
}
