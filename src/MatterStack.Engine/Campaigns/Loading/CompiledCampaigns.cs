using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Loads a campaign class, calls it, and unloads it. No object of the campaign outlives the call, so that its assemblies can be
/// unloaded.</summary>
internal sealed class CompiledCampaigns : ICampaigns
{
    private const int Stack = 16 << 20;

    // Two different answers reveal a campaign that is not deterministic. A campaign that computes longer than this is called only once.
    private static readonly TimeSpan AskedTwiceBelow = TimeSpan.FromMilliseconds(250);

    private readonly TimeSpan _twiceBelow;

    /// <param name="twiceBelow">A campaign that answers faster is called a second time.</param>
    internal CompiledCampaigns(TimeSpan twiceBelow) => _twiceBelow = twiceBelow;

    public static CompiledCampaigns Instance { get; } = new(AskedTwiceBelow);

    public Result<CampaignClass?> Find(string assembly, string? wanted) => CampaignFinder.Find(assembly, wanted);

    public CampaignReply Ask(CampaignQuestion question, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        var reply = Apart(() => Load(question), question, cancel);
        if (Stopwatch.GetElapsedTime(begun) < _twiceBelow && Contradiction(reply, question, cancel) is { } difference)
        {
            var problem = Problem.Of(CampaignCodes.NotDeterministic, $"{question.Class}: {difference}", reply.PlannedAt);
            // An existing run continues with the first answer. A new run is refused until the campaign is fixed.
            if (question.Results is null)
            {
                throw new ProblemException(problem);
            }

            question.Listener.Warn(problem.AsWarning());
        }

        return reply;
    }

    private static string? Contradiction(CampaignReply first, CampaignQuestion question, CancellationToken cancel)
    {
        try
        {
            // Loaded again, as it is between two iterations.
            return ReplyComparison.Difference(first, Apart(() => Load(question), question with { Listener = CampaignListener.None }, cancel));
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
    internal static CampaignReply Apart(Func<CampaignReply> ask, CampaignQuestion question, CancellationToken cancel)
    {
        CampaignReply? reply = null;
        ExceptionDispatchInfo? thrown = null;
        var output = new CampaignOutput();
        var done = new ManualResetEventSlim();
        CampaignConsole.Divide();
        var surroundings = new CampaignSurroundings();
        Exception? stray;
        try
        {
            var thread = Background.StartThread("campaign", Answer, e => thrown = ExceptionDispatchInfo.Capture(e), Stack);
            done.Wait(cancel);
            thread.Join();
        }
        finally
        {
            // In the calling thread, because an abandoned thread may end during another build of the process.
            stray = Tell(question, output, surroundings.PutBack());
        }

        thrown?.Throw();
        return stray is null ? reply! : throw new ProblemException(Problem.Of(CampaignCodes.CampaignThrew,
            $"{question.Class} threw an uncaught exception, in another thread or in a method that is not awaited: "
            + $"{CampaignCall.Told(stray)}",
            question.Sources.Of(stray, question.Assembly, Path.GetFileNameWithoutExtension(question.Assembly)) ?? reply!.PlannedAt));

        void Answer()
        {
            try
            {
                (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);
                CampaignConsole.Current = output;
                StrayExceptions.Gather(output);
                reply = ask();
            }
            finally
            {
                done.Set();
            }
        }
    }

    private static Exception? Tell(CampaignQuestion question, CampaignOutput output, IReadOnlyList<string> changed)
    {
        var (lines, stray) = output.Close();
        foreach (var line in lines)
        {
            question.Listener.Print(line);
        }

        if (changed.Count > 0)
        {
            question.Listener.Warn(CampaignSurroundings.Warning(question.Class, changed));
        }

        return stray;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CampaignReply Load(CampaignQuestion question)
    {
        var context = new CampaignContext(question.Assembly);
        try
        {
            if (question.Results is null)
            {
                // Before the run is created: a run with an incomplete program could never be analyzed.
                ProgramCheck.Check(question.Assembly, context.LoadFromAssemblyName);
            }

            var type = Guard(question, null, () => context.LoadBytes(question.Assembly).GetType(question.Class, throwOnError: true)!);
            var steps = Guard(question, type, () => Make(question, type));
            return CampaignCall.Ask(steps, question);
        }
        finally
        {
            context.Unload();
        }
    }

    private static ICampaignSteps Make(CampaignQuestion question, Type type)
    {
        if (type.GetConstructor([]) is not { } constructor)
        {
            throw new ProblemException(new Problem(CampaignCodes.ClassNotUsable, $"{type.FullName} has no public constructor without parameters",
                "Add one. The campaign can read its inputs from its state, its files or its own constants.",
                question.Sources.Of(type.GetMethod("Plan"), question.Assembly)));
        }

        return (ICampaignSteps)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, CultureInfo.InvariantCulture);
    }

    private static T Guard<T>(CampaignQuestion question, Type? type, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is not (ProblemException or OutOfMemoryException))
        {
            throw new ProblemException(new Problem(CampaignCodes.ClassNotUsable,
                $"{question.Class} cannot be {(type is null ? "loaded" : "created")}: {CampaignCall.Told(e)}",
                CampaignCodes.ClassNotUsable.Remedy,
                type is null ? null : question.Sources.Of(e, question.Assembly, type.Assembly.GetName().Name!)));
        }
    }
}
