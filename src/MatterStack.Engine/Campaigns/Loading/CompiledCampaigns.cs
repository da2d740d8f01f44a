using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Loads a campaign class, asks it, and lets it go. Nothing that it made outlives the answer, so that its assemblies can be unloaded.</summary>
internal sealed class CompiledCampaigns : ICampaigns
{
    private const int Stack = 16 << 20;

    private CompiledCampaigns()
    {
    }

    public static CompiledCampaigns Instance { get; } = new();

    public Result<CampaignClass?> Find(string assembly, string? wanted) => CampaignFinder.Find(assembly, wanted);

    public CampaignReply Ask(CampaignQuestion question, CancellationToken cancel) => Apart(() => Load(question), cancel);

    /// <summary>Asks in a thread of its own: a campaign may compute for long, and who stops a loop does not wait for it. A thread that is left alone has no way to write anything.</summary>
    internal static CampaignReply Apart(Func<CampaignReply> ask, CancellationToken cancel)
    {
        CampaignReply? reply = null;
        ExceptionDispatchInfo? thrown = null;
        var done = new ManualResetEventSlim();
        var thread = Background.StartThread("campaign", Answer, e => thrown = ExceptionDispatchInfo.Capture(e), Stack);
        done.Wait(cancel);
        thread.Join();
        thrown?.Throw();
        return reply!;

        void Answer()
        {
            try
            {
                (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);
                reply = ask();
            }
            finally
            {
                done.Set();
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CampaignReply Load(CampaignQuestion question)
    {
        var context = new CampaignContext(question.Assembly);
        try
        {
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
                "Give it one; what the campaign needs to know it reads from its state, its files or its own constants.", question.Sources.Of(type.GetMethod("Plan"), question.Assembly)));
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
            throw new ProblemException(new Problem(CampaignCodes.ClassNotUsable, $"{question.Class} cannot be {(type is null ? "loaded" : "made")}: {CampaignCall.Told(e)}", CampaignCodes.ClassNotUsable.Remedy,
                type is null ? null : question.Sources.Of(e, question.Assembly, type.Assembly.GetName().Name!)));
        }
    }
}
