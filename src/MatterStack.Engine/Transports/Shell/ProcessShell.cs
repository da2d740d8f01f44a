using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Runs scripts through a local program that passes them to a shell: <c>/bin/sh</c> itself, or <c>ssh</c>.</summary>
internal static class ProcessShell
{
    private const int MaxAnswerBytes = 64 << 20;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <param name="program">Program and arguments for a script on its standard input.</param>
    /// <param name="inlined">Returns program and arguments for a script that reads standard input: the arguments contain the
    /// script.</param>
    /// <param name="environment">Complete environment of the program.</param>
    /// <param name="call">The script to run.</param>
    /// <param name="clock">Measures the time limit.</param>
    /// <param name="cancel">Ends the program.</param>
    public static ShellResult Run(
        IReadOnlyList<string> program,
        Func<string, IReadOnlyList<string>> inlined,
        IReadOnlyDictionary<string, string> environment,
        ShellCall call,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        var marks = new OutputMarkers();
        var script = marks.WrapScript(call.Script, call.Input is not null);
        var command = call.Input is null ? program : inlined(script);
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            return new ShellResult.NoAnswer($"'{command[0]}' cannot be started: {e.Message}", WasReached: false);
        }

        using (process)
        {
            using var limit = new ProcessWatchdog(process, call.TimeLimit, clock, cancel);
            var kept = new MemoryStream();
            var errors = new MemoryStream();
            var keptErrors = new MemoryStream();
            var answer = new MarkedOutputReader(marks, call.Output ?? kept);
            var complaint = new MarkedOutputReader(marks, keptErrors);
            var said = StartWorker(limit, () =>
                ReadAll(process.StandardOutput.BaseStream, limit, answer.AppendBytes, call.Output is null ? MaxAnswerBytes : long.MaxValue)
            );
            var complained = StartWorker(limit, () => ReadAll(
                    process.StandardError.BaseStream,
                    limit,
                    bytes =>
                    {
                        lock (errors)
                        {
                            errors.Write(bytes);
                            complaint.AppendBytes(bytes);
                        }
                    },
                    MaxAnswerBytes
                ));
            string? unsent = null;
            var sent = StartWorker(limit, () =>
                unsent = WriteInput(
                    process.StandardInput.BaseStream,
                    limit,
                    call.Input ?? (stream => stream.Write(Encoding.UTF8.GetBytes(script)))
                )
            );
            // A background process (for example a shared connection) may keep the streams open after the answer is complete. Do not wait
            // for it.
            var all = Task.WhenAll(said, complained, sent);
            var complete = Task.WhenAll(answer.Completed, complaint.Completed, sent);
            Task.WaitAny([all, complete, process.WaitForExitAsync(CancellationToken.None), limit.Ended], CancellationToken.None);
            if (Task.WaitAny([all, complete, limit.Ended], Grace) < 0)
            {
                limit.EndProcess("its streams stayed open after its end");
            }

            if (answer.ExitCode is not { } code)
            {
                string error;
                lock (errors)
                {
                    error = DecodeText(errors, marks);
                }

                var ended = $"'{Path.GetFileName(command[0])}' ended before the answer was complete";
                return new ShellResult.NoAnswer(
                    limit.Reason
                        ?? (
                            error.Trim() is { Length: > 0 } words ? words
                            : answer.Noise is { Length: > 0 } noise ? $"{ended}; its output was: {noise}"
                            : ended
                        ),
                    answer.HasBegun
                );
            }

            return unsent is not null && code == 0
                ? new ShellResult.NoAnswer("the input did not arrive completely: " + unsent, WasReached: true)
                : new ShellResult.Ended(
                    code,
                    Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length),
                    Encoding.UTF8.GetString(keptErrors.GetBuffer(), 0, (int)keptErrors.Length)
                );
        }
    }

    private static Task StartWorker(ProcessWatchdog limit, Action action) => Background.StartTask(action, e =>
        {
            // The streams are closed: the result is not needed any more.
            if (e is not ObjectDisposedException)
            {
                limit.EndProcess(e is IOException ? e.Message : Fault.FormatReason(Fault.CreateProblem(e, "the conversation")));
            }
        });

    private static void ReadAll(Stream from, ProcessWatchdog limit, BytesReceiver take, long most)
    {
        var buffer = new byte[1 << 16];
        long total = 0;
        while (from.Read(buffer) is > 0 and var read)
        {
            limit.RestartTimer();
            total += read;
            if (total > most)
            {
                throw new IOException($"the answer is longer than {most >> 20} MiB");
            }

            take(buffer.AsSpan(0, read));
        }
    }

    // A script that ends early does not read all of its input. Its answer shows that.
    private static string? WriteInput(Stream to, ProcessWatchdog limit, Action<Stream> write)
    {
        try
        {
            using var moving = new ProgressStream(to, limit.RestartTimer);
            write(moving);
            moving.Flush();
            return null;
        }
        catch (Exception e)
        {
            return e is IOException ? e.Message : Fault.FormatReason(Fault.CreateProblem(e, "sending"));
        }
        finally
        {
            try
            {
                to.Dispose();
            }
            catch (IOException)
            {
                // The unread input was reported above.
            }
        }
    }

    // Text of a stream, without the marks around it.
    private static string DecodeText(MemoryStream bytes, OutputMarkers marks)
    {
        var all = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        all = all.IndexOf(marks.BeginMark) is >= 0 and var at ? all[(at + marks.BeginMark.Length)..] : all;
        return Encoding.UTF8.GetString(all.IndexOf(marks.EndMark) is >= 0 and var end ? all[..end] : all);
    }

    private delegate void BytesReceiver(ReadOnlySpan<byte> bytes);

    /// <summary>Ends a process at its time limit or on cancellation.</summary>
    private sealed class ProcessWatchdog : IDisposable
    {
        private readonly Process _process;
        private readonly TimeSpan _limit;
        private readonly ITimer _timer;
        private readonly CancellationTokenRegistration _registration;
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ProcessWatchdog(Process process, TimeSpan limit, TimeProvider clock, CancellationToken cancel)
        {
            (_process, _limit) = (process, limit);
            _timer = Background.StartTimer(
                clock,
                () => KillWithReason($"no answer within {limit.TotalSeconds:0.#} s"),
                Background.IgnoreException,
                limit,
                Timeout.InfiniteTimeSpan
            );
            _registration = Background.RegisterCancellation(() => KillWithReason("stopped"), Background.IgnoreException, cancel);
        }

        public string? Reason { get; private set; }

        public void RestartTimer() => _timer.Change(_limit, Timeout.InfiniteTimeSpan);

        /// <summary>Completes when this object has ended the process.</summary>
        public Task Ended => _ended.Task;

        public void EndProcess(string reason) => KillWithReason(reason);

        public void Dispose()
        {
            _registration.Dispose();
            _timer.Dispose();
        }

        private void KillWithReason(string reason)
        {
            Reason ??= reason;
            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
            {
                // The process has just ended by itself.
            }
            finally
            {
                _ended.TrySetResult();
            }
        }
    }
}
