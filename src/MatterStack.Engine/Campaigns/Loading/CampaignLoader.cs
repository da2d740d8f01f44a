using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Loads a campaign class, calls it, and unloads it. No object of the campaign outlives the call, so that its assemblies can be
/// unloaded.</summary>
internal sealed class CampaignLoader : ICampaignLoader
{
    private const int StackBytes = 16 << 20;

    // Two different answers reveal a campaign that is not deterministic. A campaign that computes longer than this is called only once.
    private static readonly TimeSpan DefaultRepeatLimit = TimeSpan.FromMilliseconds(250);

    private readonly TimeSpan _repeatLimit;

    /// <param name="twiceBelow">A campaign that answers faster is called a second time.</param>
    internal CampaignLoader(TimeSpan twiceBelow) => _repeatLimit = twiceBelow;

    public static CampaignLoader Instance { get; } = new(DefaultRepeatLimit);

    public Result<CampaignClass?> FindClass(string assembly, string? wanted) => CampaignFinder.FindClass(assembly, wanted);

    public CheckedAnswer AskCampaign(CampaignQuestion question, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        var reply = RunInThread(() => LoadAndAsk(question), question, cancel);
        if (Stopwatch.GetElapsedTime(begun) < _repeatLimit && FindContradiction(reply, question, cancel) is { } difference)
        {
            var problem = Problem.Create(CampaignCodes.NotDeterministic, $"{question.Class}: {difference}", reply.PlannedAt);
            // An existing run continues with the first answer. A new run is refused until the campaign is fixed.
            if (question.Results is null)
            {
                throw new ProblemException(problem);
            }

            question.Listener.ReportWarning(problem.AsWarning());
        }

        return reply;
    }

    public IReadOnlyList<FailureAnswer> AskAboutFailures(
        CampaignQuestion question,
        IReadOnlyList<FailedAttempt> failed,
        CancellationToken cancel
    )
    {
        try
        {
            return RunInThread(() => LoadAndAskAboutFailures(question, failed), question, cancel);
        }
        catch (ProblemException e)
        {
            // A class that cannot be loaded has no answer to any of them.
            var warning = e.Problems[0].AsWarning();
            return [.. failed.Select(_ => new FailureAnswer(null, warning))];
        }
    }

    private static string? FindContradiction(CheckedAnswer first, CampaignQuestion question, CancellationToken cancel)
    {
        try
        {
            // Loaded again, as it is between two iterations.
            return AnswerComparison.FindDifference(
                first,
                RunInThread(() => LoadAndAsk(question), question with { Listener = CampaignListener.None }, cancel)
            );
        }
        catch (ProblemException e)
        {
            return $"it answered the first time, and the second time it failed: {e.Message}";
        }
    }

    /// <summary>Calls a campaign in a separate thread: it may compute for long, and stopping a loop does not wait for it. An abandoned
    /// thread cannot write to the run.</summary>
    /// <exception cref="ProblemException">The campaign has no answer.</exception>
    /// <exception cref="OperationCanceledException">Waiting was cancelled.</exception>
    internal static T RunInThread<T>(Func<T> ask, CampaignQuestion question, CancellationToken cancel)
        where T : class
    {
        T? reply = null;
        ExceptionDispatchInfo? thrown = null;
        var output = new CampaignOutput();
        var done = new ManualResetEventSlim();
        CampaignConsole.InstallRedirection();
        var surroundings = new ProcessStateSnapshot();
        Exception? stray;
        try
        {
            var thread = Background.StartThread("campaign", RunCampaign, e => thrown = ExceptionDispatchInfo.Capture(e), StackBytes);
            done.Wait(cancel);
            thread.Join();
        }
        finally
        {
            // In the calling thread, because an abandoned thread may end during another build of the process.
            stray = ReportOutput(question, output, surroundings.RestoreState());
        }

        thrown?.Throw();
        return stray is null
            ? reply!
            : throw new ProblemException(
                Problem.Create(
                    CampaignCodes.CampaignThrew,
                    $"{question.Class} threw an uncaught exception, in another thread or in a method that is not awaited: "
                        + $"{CampaignInvoker.DescribeException(stray)}",
                    question.Sources.FindPosition(stray, question.Assembly, Path.GetFileNameWithoutExtension(question.Assembly))
                        ?? (reply as CheckedAnswer)?.PlannedAt
                )
            );

        void RunCampaign()
        {
            try
            {
                (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);
                CampaignConsole.CurrentOutput = output;
                StrayExceptions.CaptureExceptions(output);
                reply = ask();
            }
            finally
            {
                done.Set();
            }
        }
    }

    private static Exception? ReportOutput(CampaignQuestion question, CampaignOutput output, IReadOnlyList<string> changed)
    {
        var (lines, stray) = output.EndCall();
        foreach (var line in lines)
        {
            question.Listener.PrintLine(line);
        }

        if (changed.Count > 0)
        {
            question.Listener.ReportWarning(ProcessStateSnapshot.CreateWarning(question.Class, changed));
        }

        return stray;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CheckedAnswer LoadAndAsk(CampaignQuestion question)
    {
        var context = new CampaignLoadContext(question.Assembly);
        try
        {
            if (question.Results is null)
            {
                // Before the run is created: a run with an incomplete program could never be analyzed.
                ProgramCheck.CheckProgram(question.Assembly, context.LoadFromAssemblyName);
            }

            var type = WrapErrors(question, null, () =>
                context.LoadFromBytes(question.Assembly).GetType(question.Class, throwOnError: true)!
            );
            var steps = WrapErrors(question, type, () => CreateCampaign(question, type));
            return CampaignInvoker.AskCampaign(steps, question);
        }
        finally
        {
            context.Unload();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReadOnlyList<FailureAnswer> LoadAndAskAboutFailures(CampaignQuestion question, IReadOnlyList<FailedAttempt> failed)
    {
        var context = new CampaignLoadContext(question.Assembly);
        try
        {
            var type = WrapErrors(question, null, () =>
                context.LoadFromBytes(question.Assembly).GetType(question.Class, throwOnError: true)!
            );
            return
            [
                .. failed.Select(one =>
                    FailureQuestions.AskAboutFailure(() => WrapErrors(question, type, () => CreateCampaign(question, type)), one, question)
                ),
            ];
        }
        finally
        {
            context.Unload();
        }
    }

    private static ICampaignSteps CreateCampaign(CampaignQuestion question, Type type)
    {
        if (type.GetConstructor([]) is not { } constructor)
        {
            throw new ProblemException(
                new Problem(
                    CampaignCodes.ClassNotUsable,
                    $"{type.FullName} has no public constructor without parameters",
                    "Add one. The campaign can read its inputs from its state, its files or its own constants.",
                    question.Sources.FindPosition(type.GetMethod("Plan"), question.Assembly)
                )
            );
        }

        return (ICampaignSteps)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, CultureInfo.InvariantCulture);
    }

    private static T WrapErrors<T>(CampaignQuestion question, Type? type, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is not (ProblemException or OutOfMemoryException))
        {
            throw new ProblemException(
                new Problem(
                    CampaignCodes.ClassNotUsable,
                    $"{question.Class} cannot be {(type is null ? "loaded" : "created")}: {CampaignInvoker.DescribeException(e)}",
                    ApiMismatch.IsCause(e) ? ApiMismatch.CampaignRemedy : CampaignCodes.ClassNotUsable.Remedy,
                    type is null ? null : question.Sources.FindPosition(e, question.Assembly, type.Assembly.GetName().Name!)
                )
            );
        }
    }
}
