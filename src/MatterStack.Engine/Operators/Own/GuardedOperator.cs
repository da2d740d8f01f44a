using System.Reflection;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Own;

/// <summary>Wraps the operator of a plug-in. An exception or a call that does not return becomes a fact about the attempt, so it never
/// breaks or delays a tick.</summary>
internal sealed class GuardedOperator : AttemptOperator
{
    private static readonly TimeSpan MomentToLeave = TimeSpan.FromSeconds(5);

    private readonly string _name;
    private readonly OperatorContext _context;
    private readonly TimeSpan _patience;
    private readonly OwnFacts _facts;
    private readonly OwnCalls _calls;
    private readonly Lazy<AttemptOperator> _own;
    private readonly IDisposable _strays;

    /// <param name="name">Class name of the plug-in's provider.</param>
    /// <param name="assembly">Assembly of the plug-in.</param>
    /// <param name="create">Creates the plug-in's operator.</param>
    /// <param name="context">Services for the operator.</param>
    /// <param name="patience">Time limit of a call.</param>
    public GuardedOperator(string name, Assembly assembly, Func<OperatorContext, AttemptOperator> create, OperatorContext context, TimeSpan patience)
    {
        (_name, _context, _patience) = (name, context, patience);
        _facts = new OwnFacts(name, context);
        _calls = new OwnCalls(context.Clock, patience, context.Faults);
        _strays = StrayExceptions.WatchAssembly(assembly, TellStray);
        var given = context.With(_facts.Take);
        // The first call creates the operator, so an exception there affects only its own tasks.
        _own = new Lazy<AttemptOperator>(() => create(given) ?? throw new InvalidOperationException("Create returned null"));
    }

    public override void Observe(IReadOnlyList<AttemptOrder> live)
    {
        foreach (var order in live)
        {
            _facts.Give(order);
        }

        _calls.Post(() => _own.Value.Observe(live), e => Unsaid(Told(e)), _ => Unsaid(NotReturned("Observe"))).Wait(_context.Leaving);

        // Their state is unknown. Treating one as never started could start it twice.
        void Unsaid(string why)
        {
            foreach (var order in live.Where(o => _facts.IsLive(o.Attempt) && _facts.Count(o.Attempt) == 0))
            {
                TellUnknown(order, why);
            }
        }
    }

    public override void Start(AttemptOrder order)
    {
        _facts.Give(order);
        _calls.Post(
            () =>
            {
                _own.Value.Start(order);
                Expect(() => _facts.Count(order.Attempt) > 0, order, "Start has returned without reporting a fact");
            },
            e => FailStart(order, e),
            begun =>
            {
                if (begun)
                {
                    TellUnknown(order, NotReturned("Start"));
                }
                else
                {
                    _facts.Tell(new Observation.Unreachable(order.Attempt, Now, $"{NotReturned("an earlier call")}; this attempt was not started, and the next command starts it"));
                }
            },
            () => _facts.Count(order.Attempt) > 0);
    }

    public override void Cancel(AttemptOrder order, string reason)
    {
        _facts.Give(order);
        Ask(order, reason);
    }

    public override void Hold() => Tolerate(own => own.Hold());

    public override void Release() => Tolerate(own => own.Release());

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Tolerate(own => own.Dispose());
        _calls.Leave(_patience < MomentToLeave ? _patience : MomentToLeave);
        _facts.Close();
        _strays.Dispose();
    }

    private DateTimeOffset Now => _context.Clock.GetUtcNow();

    private void Ask(AttemptOrder order, string reason, string before = "") => _calls.Post(
        () =>
        {
            _own.Value.Cancel(order, reason);
            _facts.Tell(new Observation.EndRequestSent(order.Attempt, Now));
            Expect(() => !_facts.IsLive(order.Attempt), order, $"{before}it was asked to end the attempt and has not reported its end");
        },
        e => TellUnasked(order, before + Told(e)),
        begun => TellUnasked(order, before + NotReturned(begun ? "Cancel" : "an earlier call")));

    // A person decides, unless another request helps.
    private void TellUnasked(AttemptOrder order, string why)
    {
        TellUnknown(order, why);
        _facts.Tell(new Observation.EndRequestFailed(order.Attempt, Now, why));
    }

    // An attempt that has begun must end outside, too. If its operator does not confirm that, a person decides.
    private void FailStart(AttemptOrder order, Exception exception)
    {
        var why = Told(exception);
        if (!_facts.IsLive(order.Attempt))
        {
            _context.Faults.RecordWarning(Problem.Create(OperatorCodes.ProviderNotUsable, why));
        }
        else if (!_facts.HasBegun(order.Attempt))
        {
            _facts.Tell(DiskTrouble.Is(exception) ? order.HeldUpBy(exception, Now) : new Observation.NotStarted(order.Attempt, Now, why));
        }
        else
        {
            _facts.EndAs(order.Attempt, why);
            // Report nothing before the answer: otherwise a loop takes the attempt for one that only a person can move, and returns.
            Ask(order, why, $"{why}; ");
        }
    }

    // Only the plug-in knows which attempt the thread was for.
    private void TellStray(Exception exception)
    {
        foreach (var order in _facts.Live.Where(o => _facts.HasBegun(o.Attempt)))
        {
            TellUnknown(order, $"{Told(exception)} on a thread of its own");
        }
    }

    private void Expect(Func<bool> come, AttemptOrder order, string what)
    {
        if (come())
        {
            return;
        }

        ITimer? timer = null;
        timer = Background.StartTimer(_context.Clock, Look, e => _context.Faults.RecordWarning(e, "waiting for an operator of the campaign"), _patience, Timeout.InfiniteTimeSpan);

        void Look()
        {
            timer?.Dispose();
            if (!come())
            {
                TellUnknown(order, $"{OperatorCodes.ProviderNotUsable}: {_name}: {what}");
            }
        }
    }

    private void Tolerate(Action<AttemptOperator> action)
    {
        if (_calls.IsUsed)
        {
            _calls.Post(() => OfOwn(action), e => _context.Faults.RecordWarning(Problem.Create(OperatorCodes.ProviderNotUsable, Told(e))), static _ => { });
        }
    }

    private void OfOwn(Action<AttemptOperator> action)
    {
        if (_own.IsValueCreated)
        {
            action(_own.Value);
        }
    }

    private void TellUnknown(AttemptOrder order, string why) =>
        _facts.Tell(new Observation.Unreachable(order.Attempt, Now,
            $"{why}; the work that it started may still run. When it does not, -t:CleanupOrphans ends the attempt"));

    private string NotReturned(string method) => $"{OperatorCodes.ProviderNotUsable}: {_name} does not return from {method}";

    private string Told(Exception e) => e is ProblemException { Problems: [var known, ..] } ? Fault.FormatReason(known)
        : $"{OperatorCodes.ProviderNotUsable}: {_name} threw {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}{OwnProviders.At(e)}";
}
