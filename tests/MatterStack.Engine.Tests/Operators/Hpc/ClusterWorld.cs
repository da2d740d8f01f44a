using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Tests.Transports;
using MatterStack.Engine.Transports.Shell;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Codes;
using Fault = MatterStack.Engine.Tests.Transports.Fault;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A scheduler's twin whose commands are files in a folder, a line to it that may break, and an operator whose turns are given by
/// the test.</summary>
internal sealed class ClusterWorld : IDisposable
{
    private readonly TempFolder _folder = new(inMemory: true);
    private readonly UnixProcessHost _processes = new([]);
    private readonly bool _staged;
    private int _attempts;

    /// <param name="staged">Whether the cluster has a folder of its own.</param>
    public ClusterWorld(bool staged = false)
    {
        _staged = staged;
        foreach (var name in new[] { "jobs", "scripts", "gone", "unknown", "bin" })
        {
            Directory.CreateDirectory(_folder.In("twin/" + name));
        }

        _folder.Write("twin/counter", "0");
        foreach (var name in new[] { "sbatch", "squeue", "sacct", "scancel", "scontrol" })
        {
            Program(
                name,
                File.ReadAllText(Path.Combine(Repository.Folder, "tests/MatterStack.Engine.Tests/Operators/Hpc/scheduler-twin.sh"))
            );
        }

        Start();
    }

    public OffsetClock Clock { get; } = new();

    public ConcurrentQueue<Observation> Facts { get; } = new();

    public FaultLog Faults { get; } = new();

    public FaultyShell Shell { get; private set; } = null!;

    public SchedulerConnection Cluster { get; private set; } = null!;

    public SlurmOptions Options { get; set; } = new() { Partition = "main" };

    public Dictionary<string, string> Secrets { get; } = [];

    public Dictionary<string, string> Env { get; } = [];

    public int? SubmitRate { get; set; }

    /// <summary>How long what jobs have written may stay unseen.</summary>
    public TimeSpan? Latency { get; set; }

    public ContainerOptions? Container { get; set; }

    public SiteCodes Codes { get; set; } = SiteCodes.None;

    public IReadOnlyList<string> Setup { get; set; } = [];

    public string In(string relative) => _folder.In(relative);

    /// <summary>How often a command of the scheduler was called.</summary>
    public int Calls(string command) => File.Exists(In("twin/calls")) ? File.ReadLines(In("twin/calls")).Count(line => line == command) : 0;

    public string[] Jobs => [.. Directory.GetFiles(In("twin/jobs")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    /// <summary>What a command of the scheduler does before anything else, as shell text; empty: nothing.</summary>
    public void Fault(string command, string text) => _folder.Write("twin/fault-" + command, text);

    /// <summary>The queue takes no more than so many jobs that have not ended.</summary>
    /// <param name="most">So many.</param>
    /// <param name="words">What is said besides; null: what Slurm says.</param>
    public void LimitJobs(int most, string? words = null) =>
        Fault(
            "sbatch",
            $$"""
            live=$(cat jobs/* 2>/dev/null | grep -c 'PENDING\|RUNNING'); more=1
            for word; do case $word in --array=*) more=0; for part in $(echo "${word#--array=}" | tr , ' '); do more=$((more + ${part#*-} - ${part%-*} + 1)); done ;; esac; done
            if [ $((live + more)) -gt {{most}} ]; then
              echo '{{words ?? "sbatch: error: AssocMaxSubmitJobLimit"}}' >&2
              echo "sbatch: error: Batch job submission failed: {{(
                words is null
                    ? "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"
                    : "Unspecified error"
            )}}" >&2; exit 1
            fi
            """
        );

    /// <summary>How many jobs of the queue have not ended.</summary>
    public int Waiting() => Jobs.Count(job => State(job) is "PENDING" or "RUNNING");

    public string State(string job) => File.ReadAllText(In("twin/jobs/" + job)).Split('|')[1];

    /// <summary>Puts a program on the path of clients and jobs.</summary>
    public string Program(string name, string text)
    {
        var path = _folder.Write("twin/bin/" + name, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>A new process: what the old one knew is gone, what is on disk is not.</summary>
    public AttemptOperator Start()
    {
        Cluster?.Dispose();
        Shell = Connect(_ => null);
        var context = Context(Facts.Enqueue);
        Cluster = new SchedulerConnection(Shell, context.Attempts, Clock, TimeSpan.FromSeconds(15), Faults, threaded: false);
        return Operator = Wire(Cluster, context);
    }

    /// <summary>Nobody may read files of that name. Whoever runs these tests may be root, whom no mode keeps out.</summary>
    public void KeepSecret()
    {
        foreach (var program in new[] { "cat", "sha256sum" })
        {
            Program(
                program,
                $"#!/bin/sh\n[ $# -gt 0 ] || {{ PATH=${{PATH#*:}}; exec {program}; }}\nr=0; n=$#; while [ $n -gt 0 ]; do n=$((n - 1)); "
                    + $"a=$1; shift; case $a in *secret) echo \"{program}: $a: Permission denied\" >&2; r=1 ;; *) set -- \"$@\" \"$a\" ;; "
                    + $"esac; done\n"
                    + $"case $#,$* in 0,|1,--) exit $r ;; esac; PATH=${{PATH#*:}}; {program} \"$@\" || r=1; exit $r\n"
            );
        }
    }

    public void GiveSecret()
    {
        foreach (var program in new[] { "cat", "sha256sum" })
        {
            File.Delete(In("twin/bin/" + program));
        }
    }

    /// <summary>What an operator works with.</summary>
    /// <param name="report">Takes facts.</param>
    public OperatorContext Context(Action<Observation> report) =>
        new(
            new OperatorEnvironment(
                _processes,
                RealDisk.Instance,
                Clock,
                1,
                new WiringPaths(In("ws"), In("home")),
                BuiltInOperators.Catalog
            )
            {
                Faults = Faults,
            },
            new(),
            report
        );

    /// <summary>What happens to calls of operators that were opened; null: nothing.</summary>
    public Func<ShellCall, Fault?> Line { get; set; } = _ => null;

    /// <summary>An operator for the commands of a whole run, with a thread of its own.</summary>
    /// <param name="report">Takes facts.</param>
    public AttemptOperator Open(Action<Observation> report)
    {
        var context = new OperatorContext(
            new OperatorEnvironment(
                _processes,
                RealDisk.Instance,
                TimeProvider.System,
                1,
                new WiringPaths(In("ws"), In("home")),
                BuiltInOperators.Catalog
            )
            {
                Faults = Faults,
            },
            new(),
            report
        );
        var cluster = new SchedulerConnection(
            Connect(call => Line(call)),
            context.Attempts,
            TimeProvider.System,
            TimeSpan.FromSeconds(1),
            Faults
        );
        return new Opened(cluster, Wire(cluster, context));
    }

    public AttemptOperator Operator { get; private set; } = null!;

    public AttemptRequest Order(
        string task = "t",
        int index = 1,
        string command = "true",
        Func<CampaignTask, CampaignTask>? with = null,
        params StagedInput[] inputs
    )
    {
        _ = RunId.TryParse("20260101_000000_00000001", out var run);
        _ = TaskId.TryParse(task, out var id);
        var declared = new CampaignTask
        {
            Id = id,
            Command = command,
            OperatorKey = OperatorKey.FromTrusted("hpc.default"),
        };
        var planned = new PlannedTask(with?.Invoke(declared) ?? declared, inputs);
        Directory.CreateDirectory(In("run/inputs"));
        return new AttemptRequest
        {
            Run = run,
            Attempt = AttemptId.FromTrusted(string.Create(CultureInfo.InvariantCulture, $"20260101_000000_{++_attempts:x8}")),
            Index = index,
            Key = declared.OperatorKey,
            TaskId = id,
            Definition = TaskJson.Write(planned),
            WiringHash = Sha256.ComputeTextHash("wiring"),
            RunFolder = In("run"),
        };
    }

    public StagedInput Input(string path, string content)
    {
        var hash = Sha256.ComputeTextHash(content);
        _folder.Write("run/inputs/" + hash.Hex, content);
        return new StagedInput(path, path, hash, Executable: false);
    }

    /// <summary>What a completed task left.</summary>
    public DependencyOutputs HandOver(string task, string path, string content)
    {
        _ = TaskId.TryParse(task, out var id);
        _folder.Write($"run/tasks/{task}@1/work/{path}", content);
        return new DependencyOutputs(id, $"tasks/{task}@1", [new OutputFile(path, Sha256.ComputeTextHash(content), content.Length)]);
    }

    /// <summary>Starts attempts together and gives a turn.</summary>
    public void Submit(params AttemptRequest[] requests)
    {
        foreach (var request in requests)
        {
            Operator.Start(request);
        }

        Cluster.RunOnce();
    }

    /// <summary>Lets time pass, in steps in which turns are due, with a turn after each.</summary>
    public void Pass(double seconds)
    {
        for (var passed = 0.0; passed < seconds; passed += 5)
        {
            Clock.Advance(TimeSpan.FromSeconds(Math.Min(5, seconds - passed)));
            Cluster.RunOnce();
        }
    }

    /// <summary>What a node does: runs the job's script to its end.</summary>
    public void Run(string job, bool endInQueue = true)
    {
        var id = job.Split('_')[0];
        var name = File.ReadAllText(In("twin/jobs/" + job)).Split('|')[0];
        var folder = File.ReadAllText(In($"twin/scripts/{id}.folder")).Trim();
        // As a node does it where the folder is gone.
        var start = new ProcessStartInfo("/bin/sh", [In("twin/scripts/" + id)])
        {
            WorkingDirectory = Directory.Exists(folder) ? folder : "/tmp",
        };
        start.Environment["SLURM_JOB_NAME"] = name;
        start.Environment["SLURM_SUBMIT_DIR"] = folder;
        if (job.Contains('_'))
        {
            start.Environment["SLURM_ARRAY_TASK_ID"] = job.Split('_')[1];
        }

        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (endInQueue)
        {
            Set(
                job,
                process.ExitCode == 0 ? "COMPLETED" : "FAILED",
                process.ExitCode == 0 ? "None" : "NonZeroExitCode",
                $"{process.ExitCode}:0"
            );
        }
    }

    public string Reason(string job) => File.ReadAllText(In("twin/jobs/" + job)).Split('|')[2];

    public void Set(string job, string state, string reason = "None", string code = "0:0", string node = "")
    {
        var words = File.ReadAllText(In("twin/jobs/" + job)).Trim().Split('|');
        _folder.Write("twin/jobs/" + job, $"{words[0]}|{state}|{reason}|{words[3]}|{code}|{node}\n");
    }

    /// <summary>The controller has forgotten it, as it does some minutes after the end.</summary>
    public void Forget(string job) => _folder.Write("twin/gone/" + job, "");

    /// <summary>The accounting has never heard of it.</summary>
    public void Unaccounted(string job) => _folder.Write("twin/unknown/" + job, "");

    public void AccountingOff() => _folder.Write("twin/accounting-off", "");

    /// <summary>The last fact of a type about an attempt.</summary>
    public T? Last<T>(AttemptRequest request)
        where T : Observation => Facts.OfType<T>().LastOrDefault(f => f.Attempt == request.Attempt);

    public AttemptEnd Ended(AttemptRequest request)
    {
        Assert.HasCount(
            1,
            Facts.OfType<Observation.Exited>().Where(f => f.Attempt == request.Attempt),
            "ends once: " + string.Join("\n", Facts.Where(f => f.Attempt == request.Attempt))
        );
        return Last<Observation.Exited>(request)!.End;
    }

    public void NothingEnded() =>
        Assert.IsEmpty(Facts.Where(f => f is Observation.Exited or Observation.NotStarted or Observation.Blocked));

    public void Dispose()
    {
        Cluster.Dispose();
        _processes.Dispose();
        _folder.Dispose();
    }

    private FaultyShell Connect(Func<ShellCall, Fault?> next)
    {
        var environment = CommandEnvironment
            .GetVariables()
            .Where(e => e.Key is not "PATH")
            .Append(new("PATH", In("twin/bin") + ":" + Environment.GetEnvironmentVariable("PATH")))
            .Append(new("TWIN", In("twin")))
            .ToDictionary();
        return new FaultyShell(new LocalShell(environment, TimeProvider.System)) { Next = next };
    }

    private HpcOperator Wire(SchedulerConnection cluster, OperatorContext context)
    {
        var site = new HpcSite
        {
            Scheduler = new SlurmScheduler(Options, Reveal),
            ResolveSecrets = Reveal,
            Env = Env,
            MaxSubmitsPerMinute = SubmitRate,
            Latency = Latency,
            Container = Container,
            Codes = Codes,
            Setup = Setup,
        };
        IJobStaging place = _staged
            ? new RemoteStaging(cluster.Shell, RealDisk.Instance, In("far"))
            : new SharedFileSystemStaging(context.Attempts);
        return new HpcOperator(cluster, site, place, context);
    }

    private string Reveal(string text) =>
        Secrets.Aggregate(text, (value, secret) => value.Replace("${env:" + secret.Key + "}", secret.Value, StringComparison.Ordinal));
}
