using System.Globalization;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Driving;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary><c>Drive</c>: shows, installs or removes what keeps a run moving when nobody is logged in.</summary>
internal sealed class DriveCommand
{
    private readonly CommandContext _context;
    private readonly RunFolder _run;
    private readonly DriverMachine _machine;
    private readonly DriverFiles _files;

    private DriveCommand(CommandContext context, RunFolder run)
    {
        (_context, _run) = (context, run);
        _machine = DriverMachine.Create(context.Host.Disk, context.Host.ReadVariables(), context.Host.Clock);
        _files = new DriverFiles(run, context.Host.Disk);
    }

    /// <summary>Shows, installs or removes the driver of a run, or executes one of its ticks.</summary>
    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="campaign">Reads the files of the project; only a tick needs them.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static CommandResult Execute(CommandContext context, Func<CampaignSource> campaign, CancellationToken cancel) =>
        context.WithRun(run =>
            context.Arguments.DriverTick is { } identity ? new DriverTickCommand(context, run, identity).Execute(campaign, cancel)
            : OperatingSystem.IsWindows()
                ? context.ReportFailure([
                    new Problem(
                        DrivingCodes.NotAvailable,
                        "Drive knows the services of Linux and macOS; this machine has Windows",
                        "Let a scheduled task of Windows give -t:Step in the workspace."
                    ),
                ])
            : new DriveCommand(context, run).Execute(cancel)
        );

    /// <summary>Whether the job of a run's next tick exists. Returns null if Slurm does not answer.</summary>
    public static bool? HasFollower(CommandContext context, RunFolder run, RunReader reader) =>
        new DriverSite(context, run, reader).CreatePlan(DriverKind.Slurm).TryGet(out var plan, out _)
            ? SlurmInstaller.HasFollower(DriverMachine.Create(context.Host.Disk, context.Host.ReadVariables(), context.Host.Clock), plan)
            : null;

    private CommandResult Execute(CancellationToken cancel)
    {
        var arguments = _context.Arguments;
        if (arguments is { Stop: true, With: not null } or { Stop: true, Every: not null })
        {
            return Fail("Stop excludes With and Every", "Give -t:Drive -p:Stop=true alone.");
        }

        using var reader = new RunReader(_run);
        var recorded = reader.FindDriver()?.Driver;
        if (arguments.Stop)
        {
            return StopDriver(recorded, cancel);
        }

        if (reader.State.IsEnd())
        {
            return _context.ReportFailure([
                Problem.Create(RunCodes.RunEnded, $"Run {_run.Id} has ended ({reader.State.ToText()}); it needs no driver"),
            ]);
        }

        var site = new DriverSite(_context, _run, reader);
        if (arguments.With is null)
        {
            return ShowKinds(site, recorded);
        }

        if (DriverKindText.Find(arguments.With) is not { } kind)
        {
            var names = DriverKindText.All.Select(static k => k.ToText()).ToList();
            return _context.ReportFailure([
                new Problem(
                    RunCodes.InvalidArgument,
                    $"With is '{arguments.With}'",
                    (SpellingSuggestion.FindNearest(arguments.With, names) is { } near ? $"Perhaps '{near}'. " : "")
                        + $"It takes {string.Join(", ", names)}."
                ),
            ]);
        }

        if (kind is DriverKind.Cron or DriverKind.Scrontab && arguments.Every < TimeSpan.FromMinutes(1))
        {
            return Fail($"Every is {arguments.Every}, and {kind.ToText()} calls at most once a minute", "Give 00:01:00 or more.");
        }

        var installer = DriverInstaller.Create(kind, _machine);
        if (!site.CreatePlan(kind).TryGet(out var plan, out var problems))
        {
            return _context.ReportFailure(problems);
        }

        if (installer.FindProblem() is { } why)
        {
            return _context.ReportFailure([
                Problem.Create(DrivingCodes.NotAvailable, $"{kind.ToText()} on {plan.Machine} cannot drive run {_run.Id}: {why}"),
            ]);
        }

        return arguments.Confirm ? Install(installer, plan, recorded, cancel) : Show(installer, plan, recorded);
    }

    private CommandResult Show(DriverInstaller installer, DriverPlan plan, RunDriver? recorded)
    {
        var entries = installer.ListEntries(plan);
        Say($"run {_run.Id} would be driven by {Describe(plan)}");
        foreach (var (place, text) in entries.Append((plan.ScriptFile, DriverScript.Build(plan))))
        {
            _context.Log.Info($"  {place}:");
            foreach (var line in text.TrimEnd('\n').Split('\n'))
            {
                _context.Log.Info("    " + line);
            }
        }

        if (FindReplaced(plan, recorded) is { } other)
        {
            _context.Log.Info($"  It would replace {other.Kind} on {other.Machine}.");
        }

        if (installer.FindAdvice(plan) is { } advice)
        {
            _context.Log.Info("  " + advice);
        }

        Say($"nothing was installed. To do it: {FormatCommand(plan)} -p:Confirm=true");
        return new CommandResult(true, [CreateItem(plan, entries, installed: false)]);
    }

    private CommandResult Install(DriverInstaller installer, DriverPlan plan, RunDriver? recorded, CancellationToken cancel)
    {
        var entries = installer.ListEntries(plan);
        if (FindReplaced(plan, recorded) is { } other)
        {
            RemoveEntry(other);
        }

        _machine.Disk.CreatePrivateDirectory(plan.ScriptFolder);
        _machine.WriteFile(plan.ScriptFile, DriverScript.Build(plan));
        _files.WriteCurrent(plan.Identity);
        if (installer.Install(plan) is { } why)
        {
            _files.DeleteCurrent();
            installer.Remove(plan);
            return _context.ReportFailure([
                Problem.Create(DrivingCodes.NotAvailable, $"{plan.Kind.ToText()} on {plan.Machine} has not taken the driver: {why}"),
            ]);
        }

        var place = string.Join("; ", entries.Select(static entry => entry.Place).Append(plan.ScriptFile));
        var result = SendRequest(new RunDriver(plan.Kind.ToText(), plan.Machine, (long)plan.Interval.TotalSeconds, place), cancel);
        Say($"run {_run.Id} is driven by {Describe(plan)}; installed in {place}; the output of ticks is in {_files.LogFile}");
        if (installer.FindAdvice(plan) is { } advice)
        {
            _context.Log.Info("  " + advice);
        }

        return new CommandResult(result.Success, [CreateItem(plan, entries, installed: true)]);
    }

    private CommandResult StopDriver(RunDriver? recorded, CancellationToken cancel)
    {
        if (recorded is null && _files.ReadCurrent() is null)
        {
            Say($"run {_run.Id} has no driver; nothing was removed");
            return new CommandResult(true, []);
        }

        // The name goes first: if the rest fails, the driver removes itself at its next call.
        _files.DeleteCurrent();
        var item = ReportItem.Create(
            _run.Id.Value,
            ("item", "driver"),
            ("run_id", _run.Id),
            ("kind", recorded?.Kind),
            ("machine", recorded?.Machine),
            ("installed", "false")
        );
        if (recorded is not null)
        {
            RemoveEntry(recorded);
            return new CommandResult(SendRequest(null, cancel).Success, [item]);
        }

        return new CommandResult(true, [item]);
    }

    // A job can be cancelled from every machine of the cluster; other entries only on their own machine.
    private void RemoveEntry(RunDriver driver)
    {
        if (DriverKindText.Find(driver.Kind) is not { } kind)
        {
            return;
        }

        if (driver.Machine != _context.Host.Machine && kind is DriverKind.Systemd or DriverKind.Cron)
        {
            Say($"the entry of {driver.Kind} on {driver.Machine} removes itself there at its next call");
            return;
        }

        var plan = DriverSite.CreateFormerPlan(_context, _run, kind, driver.Machine);
        if (DriverInstaller.Create(kind, _machine).Remove(plan) is { } why)
        {
            _context.Log.Report(
                new Problem(
                    DrivingCodes.NotAvailable,
                    $"The entry of {driver.Kind} on {driver.Machine} could not be removed: {why}",
                    "It removes itself at its next call."
                ).AsWarning()
            );
            return;
        }

        Say($"removed {driver.Kind} on {driver.Machine}: {driver.Details ?? plan.Name}");
    }

    private CommandResult ShowKinds(DriverSite site, RunDriver? recorded)
    {
        var items = new List<ReportItem>();
        DriverKind? recommended = null;
        foreach (var kind in DriverKindText.All)
        {
            var installer = DriverInstaller.Create(kind, _machine);
            var isPossible = site.CreatePlan(kind).TryGet(out var plan, out var problems);
            var why = isPossible ? installer.FindProblem() : problems[0].Message;
            if (why is null)
            {
                recommended ??= kind;
            }

            var advice = why is null ? installer.FindAdvice(plan!) : null;
            _context.Log.Info($"  {kind.ToText().PadRight(8)} {why ?? "available" + (advice is null ? "" : ". " + advice)}");
            items.Add(
                ReportItem.Create(
                    kind.ToText(),
                    ("item", "kind"),
                    ("kind", kind.ToText()),
                    ("available", why is null ? "true" : "false"),
                    ("reason", why ?? advice)
                )
            );
        }

        Say(
            (recorded is null ? $"run {_run.Id} has no driver" : $"run {_run.Id} is driven by {recorded.Kind} on {recorded.Machine}")
                + (
                    recommended is { } best
                        ? $"; recommended: -t:Drive -p:With={best.ToText()}, which shows what it would install"
                        : "; this machine has no service that could drive it"
                )
        );
        return new CommandResult(true, items);
    }

    private CommandResult SendRequest(RunDriver? driver, CancellationToken cancel) =>
        RequestCommand.SendRequest(_context, _run, DriverSite.CreateRequest(_context, driver), cancel);

    private static RunDriver? FindReplaced(DriverPlan plan, RunDriver? recorded) =>
        recorded is not null && recorded.Identity != plan.Identity ? recorded : null;

    private ReportItem CreateItem(DriverPlan plan, IReadOnlyList<(string Place, string Text)> entries, bool installed) =>
        ReportItem.Create(
            _run.Id.Value,
            ("item", "driver"),
            ("run_id", _run.Id),
            ("kind", plan.Kind.ToText()),
            ("machine", plan.Machine),
            ("every_seconds", (long)plan.Interval.TotalSeconds),
            ("installed", installed ? "true" : "false"),
            ("entry", string.Join("; ", entries.Select(static entry => entry.Place))),
            ("script", plan.ScriptFile)
        );

    private static string Describe(DriverPlan plan) =>
        $"{plan.Kind.ToText()} on {plan.Machine}, a tick every {FormatSpan(plan.Interval)}"
        + (plan.Kind == DriverKind.Slurm ? " or when one of the run's jobs ends" : "")
        + $", every {FormatSpan(DriverTickCommand.GetSlowInterval(plan.Interval))} while only people are waited for";

    private static string FormatSpan(TimeSpan span) =>
        span.Ticks % TimeSpan.TicksPerMinute == 0
            ? CountText.FormatCount((long)span.TotalMinutes, "minute")
            : CountText.FormatCount((long)span.TotalSeconds, "second");

    private string FormatCommand(DriverPlan plan) =>
        $"-t:Drive -p:With={plan.Kind.ToText()} -p:RunId={_run.Id}"
        + (_context.Arguments.Every is { } every ? string.Create(CultureInfo.InvariantCulture, $" -p:Every={every:c}") : "");

    private CommandResult Fail(string message, string remedy) =>
        _context.ReportFailure([new Problem(RunCodes.InvalidArgument, message, remedy)]);

    private void Say(string text) => _context.Log.Info($"{_context.Workspace.Slug}: {text}");
}
