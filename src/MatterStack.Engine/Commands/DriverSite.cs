using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Driving;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Commands;

/// <summary>What a run and its wiring allow and require of a driver.</summary>
/// <param name="context">Workspace, arguments and host.</param>
/// <param name="run">The run.</param>
/// <param name="reader">Its store.</param>
internal sealed partial class DriverSite(CommandContext context, RunFolder run, RunReader reader)
{
    private readonly Lazy<IReadOnlyList<OperatorWiring>> _used = new(() => ListUsedOperators(context, run, reader));

    /// <summary>Creates the plan of a driver, or the problem why the run cannot have one of the kind.</summary>
    public Result<DriverPlan> CreatePlan(DriverKind kind)
    {
        var plan = CreateFormerPlan(context, run, kind, context.Host.Machine);
        if (FindUnknownSecrets(plan) is { Count: > 0 } names)
        {
            return new Problem(
                DrivingCodes.NotAvailable,
                $"The wiring of run {run.Id} takes secrets from the environment ({string.Join(", ", names)}), and a driver has only its "
                    + "own environment",
                "Refer to files in the wiring: ${file:PATH}."
            );
        }

        return plan.IsJob ? AddJob(plan) : plan;
    }

    /// <summary>Creates the plan of a driver that may exist, without checks.</summary>
    public static DriverPlan CreateFormerPlan(CommandContext context, RunFolder run, DriverKind kind, string machine)
    {
        var host = context.Host;
        var variables = host.ReadVariables();
        if (context.Arguments.EnvironmentConfig is { } config)
        {
            variables = new Dictionary<string, string>(variables, StringComparer.Ordinal) { ["MATTERSTACK_OPERATORS_CONFIG"] = config };
        }

        return new DriverPlan
        {
            Kind = kind,
            Run = run,
            Workspace = context.Workspace.Slug,
            ProjectFile = context.Workspace.ProjectFile,
            Machine = machine,
            Home = host.HomeFolder,
            Dotnet = host.DotnetPath,
            Interval = context.Arguments.Every ?? DriverPlan.DefaultInterval,
            Environment = DriverEnvironment.Create(variables, host.HomeFolder, host.DotnetPath),
            Properties = context.Workspace.GivenSettings,
        };
    }

    /// <summary>Creates the request that records a driver of a run, or that it has none.</summary>
    public static RunRequest CreateRequest(CommandContext context, RunDriver? driver) =>
        new(
            RequestKind.Drive,
            null,
            null,
            IncludesDownstream: false,
            UntrustedText.ToLine($"{context.Host.User}@{context.Host.Machine}"),
            UntrustedText.ToLineOrNull(context.Arguments.Reason)
        )
        {
            Changes = driver?.ToArguments() ?? [],
        };

    // A job sees the cluster's commands and, of this machine, only shared folders; what it starts itself ends with it.
    private Result<DriverPlan> AddJob(DriverPlan plan)
    {
        if (_used.Value.FirstOrDefault(static wired => wired.Backend is Backend.Local) is { } local)
        {
            return Refuse(
                $"tasks of {local.Key} are processes of the machine that executes a tick, and would end with the job of the tick",
                "Use cron or systemd, or route these tasks to the cluster."
            );
        }

        var clusters = _used.Value.Select(static wired => wired.Backend).OfType<Backend.Scheduler>().ToList();
        if (clusters.Find(static cluster => cluster.Family == "slurm") is not { } slurm)
        {
            return Refuse("no task of the run is a job of Slurm", "Use cron or systemd.");
        }

        if (clusters.Find(static cluster => cluster.Ssh is not null) is { } remote)
        {
            return Refuse(
                $"the cluster is reached over ssh ({remote.Ssh!.Host}): its nodes do not see the workspace of this machine",
                "Use cron or systemd, or give -t:Drive on a machine of the cluster."
            );
        }

        var options = SlurmOptions.From(slurm.Options);
        return plan with { Follower = new FollowerOptions(options.Cluster, [.. FormatOptions(options)]) };

        Problem Refuse(string why, string remedy) =>
            new(DrivingCodes.NotAvailable, $"{plan.Kind.ToText()} cannot drive run {run.Id}: {why}", remedy);
    }

    private static IEnumerable<string> FormatOptions(SlurmOptions options) =>
        new (string Name, string? Value)[]
        {
            ("--partition=", options.Partition ?? (options.Partitions is [var first, ..] ? first.Name : null)),
            ("--account=", options.Account),
            ("--qos=", options.Qos),
            ("--constraint=", options.Constraint),
            ("--time=", options.TimeLimit ?? $"{FollowerOptions.DefaultMinutes}"),
        }
            .Where(static option => option.Value is not null)
            .Select(static option => option.Name + option.Value);

    private static IReadOnlyList<OperatorWiring> ListUsedOperators(CommandContext context, RunFolder run, RunReader reader)
    {
        var keys = reader.ReadOpenOperatorKeys();
        return context.Wirings.LoadPersisted(run.Path).TryGet(out var wiring, out _)
            ? [.. wiring.Operators.Operators.Values.Where(wired => keys.Contains(wired.Key))]
            : [];
    }

    private List<string> FindUnknownSecrets(DriverPlan plan)
    {
        var file = Path.Combine(run.Path, SnapshotPaths.RelativeSnapshotPath);
        return context.Host.Disk.FileExists(file)
            ?
            [
                .. SecretRegex()
                    .Matches(Encoding.UTF8.GetString(context.Host.Disk.ReadAllBytes(file)))
                    .Select(static match => match.Groups[1].Value)
                    .Where(name => plan.Environment.All(pair => pair.Key != name))
                    .Distinct(StringComparer.Ordinal),
            ]
            : [];
    }

    [GeneratedRegex(@"(?<!\$)\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex SecretRegex();
}
