using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Processes.Native;

namespace MatterStack.Engine.Operators.Processes;

/// <summary>Processes of Linux and macOS, started with <c>posix_spawn</c>: each gets its own session and output files, without a wrapper
/// program.</summary>
internal sealed unsafe class UnixProcessHost : IProcessHost, IDisposable
{
    // Signals whose handling a .NET host may have changed. A command expects the default.
    private static readonly int[] DefaultSignals = [1, 2, 3, 13, 14, 15, 17, 18, 20, 21, 22];
    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(250);

    // Each retry needs a signal to the whole process group at the same moment.
    private const int MaxTries = 100;
    private readonly nint _environment;
    private readonly int _environmentCount;
    private readonly ConcurrentDictionary<int, long> _memoryAtStart = new();

    public UnixProcessHost(IEnumerable<KeyValuePair<string, string>> environment)
    {
        var entries = environment.Select(e => e.Key + "=" + e.Value).ToArray();
        _environmentCount = entries.Length;
        _environment = Marshal.AllocHGlobal(entries.Length * sizeof(nint));
        for (var i = 0; i < entries.Length; i++)
        {
            ((nint*)_environment)[i] = Marshal.StringToCoTaskMemUTF8(entries[i]);
        }
    }

    public string? UnavailableReason =>
        ProcessTable.ShowsOurNamespace
            ? null
            : "/proc shows the processes of another pid namespace, so a process started here could not be watched: "
                + "mount a /proc of this namespace (unshare --mount-proc, bwrap --proc /proc)";

    public ProcessIdentity Start(ProcessRequest request)
    {
        var actions = stackalloc byte[Libc.OpaqueSize];
        var attributes = stackalloc byte[Libc.OpaqueSize];
        var signals = stackalloc byte[Libc.OpaqueSize];
        var argv = stackalloc byte*[3];
        var own = request.Environment;
        var envp = stackalloc byte*[own.Count + _environmentCount + 3];
        using var sh = new Utf8Text("/bin/sh");
        using var script = new Utf8Text(request.Script);
        using var nothing = new Utf8Text("/dev/null");
        using var stdout = new Utf8Text(request.Stdout);
        using var stderr = new Utf8Text(request.Stderr);
        using var attempt = new Utf8Text($"{ProcessSearch.AttemptVariable}={request.Attempt}");
        var groupPath = request.UsesControlGroup ? ControlGroups.CreateGroup(request.Attempt) : null;
        using var group = new Utf8Text($"{ControlGroups.PathVariable}={groupPath}");
        argv[0] = sh.Pointer;
        argv[1] = script.Pointer;
        argv[2] = null;
        // A shell takes the last of two values of a variable in some systems and the first in others, so an inherited one is left out.
        var count = CopyEnvironment(envp, own);
        var pointers = new nint[own.Count];
        for (var i = 0; i < own.Count; i++)
        {
            pointers[i] = Marshal.StringToCoTaskMemUTF8($"{own[i].Key}={own[i].Value}");
            envp[count++] = (byte*)pointers[i];
        }

        envp[count] = attempt.Pointer;
        envp[count + 1] = request.UsesControlGroup ? group.Pointer : null;
        envp[count + 2] = null;

        ThrowIfFailed(Libc.FileActionsInit(actions));
        ThrowIfFailed(Libc.AttributesInit(attributes));
        try
        {
            ThrowIfFailed(Libc.FileActionsAddOpen(actions, 0, nothing.Pointer, Libc.OpenReadOnly, 0));
            ThrowIfFailed(Libc.FileActionsAddOpen(actions, 1, stdout.Pointer, Libc.OpenForLog, 0x1B6));
            ThrowIfFailed(Libc.FileActionsAddOpen(actions, 2, stderr.Pointer, Libc.OpenForLog, 0x1B6));
            ThrowIfFailed(Libc.AttributesSetFlags(attributes, Libc.SpawnFlags));
            ThrowIfFailed(Libc.SignalsClear(signals));
            ThrowIfFailed(Libc.AttributesSetSignalMask(attributes, signals));
            foreach (var signal in DefaultSignals)
            {
                _ = Libc.SignalsAdd(signals, signal);
            }

            ThrowIfFailed(Libc.AttributesSetSignalDefaults(attributes, signals));
            for (var tries = 1; ; tries++)
            {
                int pid;
                ThrowIfFailed(Libc.PosixSpawn(&pid, sh.Pointer, actions, attributes, argv, envp));
                // A child that has ended already is still in the table until it is waited for.
                var stat = ProcessTable.ReadProcess(pid);
                // The child is about to execute the shell, or to end. The spawn call may return slightly earlier.
                while (stat is { HasNoProgram: true, State: not ('Z' or 'X') })
                {
                    Thread.Yield();
                    stat = ProcessTable.ReadProcess(pid);
                }

                // A signal to our process group (Ctrl+C) ended the child before it had its own session and executed the shell. Nothing has
                // begun: try again.
                if (stat is { HasNoProgram: true } && tries < MaxTries)
                {
                    ReapChild(pid);
                    continue;
                }

                _memoryAtStart[pid] = ReadInheritedMemory();
                return new ProcessIdentity(pid, Environment.MachineName, stat?.StartTime ?? 0, ProcessTable.BootId, ProcessTable.Namespace);
            }
        }
        finally
        {
            _ = Libc.FileActionsDestroy(actions);
            _ = Libc.AttributesDestroy(attributes);
            foreach (var pointer in pointers)
            {
                Marshal.ZeroFreeCoTaskMemUTF8(pointer);
            }
        }
    }

    private int CopyEnvironment(byte** target, IReadOnlyList<KeyValuePair<string, string>> own)
    {
        var inherited = new ReadOnlySpan<nint>((void*)_environment, _environmentCount);
        if (own.Count == 0)
        {
            inherited.CopyTo(new Span<nint>(target, _environmentCount));
            return _environmentCount;
        }

        var count = 0;
        foreach (var entry in inherited)
        {
            var text = Marshal.PtrToStringUTF8(entry)!;
            if (!own.Any(pair => text.StartsWith(pair.Key + "=", StringComparison.Ordinal)))
            {
                target[count++] = (byte*)entry;
            }
        }

        return count;
    }

    public ProcessEnd WaitForChild(ProcessIdentity process)
    {
        _memoryAtStart.TryRemove(process.Pid, out var inherited);
        if (ReapChild(process.Pid) is not ({ } status, var usage))
        {
            return new ProcessEnd(null, null);
        }

        var signal = status & 0x7f;
        var used = usage?.ToProcessUsage(inherited);
        return signal == 0 ? new ProcessEnd((status >> 8) & 0xff, null, used) : new ProcessEnd(null, signal, used);
    }

    public void WaitForOther(ProcessIdentity process, CancellationToken cancel)
    {
        var descriptor = Libc.OpenPidDescriptor(process.Pid);
        try
        {
            while (!cancel.IsCancellationRequested && GetPresence(process) == ProcessPresence.Alive)
            {
                if (descriptor < 0)
                {
                    cancel.WaitHandle.WaitOne(PollPause);
                    continue;
                }

                var poll = new Libc.PollDescriptor { Descriptor = descriptor, Events = Libc.PollIn };
                _ = Libc.PollDescriptors(&poll, 1, (int)PollPause.TotalMilliseconds);
            }
        }
        finally
        {
            if (descriptor >= 0)
            {
                _ = Libc.CloseDescriptor(descriptor);
            }
        }
    }

    public ProcessPresence GetPresence(ProcessIdentity process)
    {
        if (process.Origin.WhyNotVisibleFrom(Environment.MachineName) is not null)
        {
            return ProcessPresence.Elsewhere;
        }

        return
            process.BootId == ProcessTable.BootId
            && ProcessTable.ReadProcess(process.Pid) is { IsAlive: true } stat
            && stat.StartTime == process.StartTime
            ? ProcessPresence.Alive
            : ProcessPresence.Gone;
    }

    public TimeSpan? GetAge(ProcessIdentity process) =>
        GetPresence(process) == ProcessPresence.Alive ? ProcessTable.ComputeAge(process.StartTime) : null;

    public IReadOnlyDictionary<AttemptId, ProcessIdentity> FindLeaders(IReadOnlySet<AttemptId> attempts) =>
        ProcessSearch
            .FindLeaders(attempts)
            .ToDictionary(
                pair => pair.Key,
                pair => new ProcessIdentity(
                    pair.Value.Pid,
                    Environment.MachineName,
                    pair.Value.StartTime,
                    ProcessTable.BootId,
                    ProcessTable.Namespace
                )
            );

    public IReadOnlyList<AttemptProcess> FindProcesses(ProcessOwners owners) =>
        ProcessSearch.FindAll(owners with { Leaders = [.. owners.Leaders.Where(IsVisible)] });

    public ProcessUsage? MeasureProcesses(ProcessOwners owners)
    {
        var (ticks, peak) = (0L, 0L);
        foreach (var process in OperatingSystem.IsLinux() ? FindProcesses(owners) : [])
        {
            if (ProcessTable.ReadProcess(process.Pid) is { } now && now.StartTime == process.StartTime)
            {
                ticks += now.CpuTicks;
                peak = Math.Max(peak, ProcessTable.ReadPeakMemory(process.Pid) ?? 0);
            }
        }

        return peak == 0 ? null : new ProcessUsage(ProcessTable.FromTicks(ticks), peak);
    }

    private static bool IsVisible(ProcessIdentity leader) =>
        leader.Host == Environment.MachineName
        && leader.BootId == ProcessTable.BootId
        && leader.Origin.WhyNotVisibleFrom(Environment.MachineName) is null;

    public void SendSignal(AttemptProcess process, ProcessSignal signal)
    {
        var number = signal switch
        {
            ProcessSignal.Terminate => Libc.SigTerm,
            ProcessSignal.Stop => Libc.SigStop,
            ProcessSignal.Kill => Libc.SigKill,
            _ => throw new InvalidOperationException("No rule for this signal"),
        };
        // The descriptor refers to the process that has the pid now. Its start time shows whether it is the process that was found.
        var descriptor = Libc.OpenPidDescriptor(process.Pid);
        try
        {
            if (ProcessTable.ReadProcess(process.Pid) is not { } now || now.StartTime != process.StartTime)
            {
                return;
            }

            _ = descriptor >= 0 ? Libc.SignalDescriptor(descriptor, number) : Libc.SendSignal(process.Pid, number) == 0;
        }
        finally
        {
            if (descriptor >= 0)
            {
                _ = Libc.CloseDescriptor(descriptor);
            }
        }
    }

    public void ReleaseResources(AttemptId attempt) => ControlGroups.RemoveGroup(attempt);

    public void Dispose()
    {
        for (var i = 0; i < _environmentCount; i++)
        {
            Marshal.FreeCoTaskMem(((nint*)_environment)[i]);
        }

        Marshal.FreeHGlobal(_environment);
    }

    // Waits for the end of a child and removes it from the table; no status if there is no such child.
    private static (int? Status, ResourceUsage? Usage) ReapChild(int pid)
    {
        int status;
        int answer;
        var usage = stackalloc byte[Libc.UsageSize];
        do
        {
            answer = Libc.WaitForChild(pid, &status, 0, usage);
        } while (answer < 0 && Marshal.GetLastPInvokeError() == Libc.ErrorInterrupted);

        return answer < 0 ? (null, null) : (status, ResourceUsage.Parse(new(usage, Libc.UsageSize), OperatingSystem.IsMacOS()));
    }

    // What a child has inherited at this moment: it executes its program with the memory of its parent behind it.
    private static long ReadInheritedMemory()
    {
        var usage = stackalloc byte[Libc.UsageSize];
        return OperatingSystem.IsLinux() && Libc.GetUsage(0, usage) == 0
            ? ResourceUsage.Parse(new(usage, Libc.UsageSize), isMacOS: false)?.PeakMemoryBytes ?? 0
            : 0;
    }

    private static void ThrowIfFailed(int error)
    {
        if (error != 0)
        {
            throw new IOException($"the system refused to start /bin/sh: {new Win32Exception(error).Message}", error);
        }
    }

    private readonly struct Utf8Text(string text) : IDisposable
    {
        public byte* Pointer { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(text);

        public void Dispose() => Marshal.FreeCoTaskMem((nint)Pointer);
    }
}
