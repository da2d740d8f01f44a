using System.Reflection;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Own;

/// <summary>An operator of somebody else's: what it throws, and that it does not return, becomes a fact about the attempt; it never breaks or holds up a tick.</summary>
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

    /// <param name="name">Its provider's class.</param>
    /// <param name="assembly">Where its code is.</param>
    /// <param name="create">Makes it, with what it works with.</param>
    /// <param name="context">What it works with.</param>
    /// <param name="patience">How long it may take to return.</param>
    public GuardedOperator(string name, Assembly assembly, Func<OperatorContext, AttemptOperator> create, OperatorContext context, TimeSpan patience)
    {
        (_name, _context, _patience) = (name, context, patience);
        _facts = new OwnFacts(name, context);
        _calls = new OwnCalls(context.Clock, patience, context.Faults);
        _strays = StrayExceptions.Hear(assembly, TellStray);
        var given = context.With(_facts.Take);
        // Made by the first call; whether that throws is the concern of its own tasks alone.
        _own = new Lazy<AttemptOperator>(() => create(given) ?? throw new InvalidOperationException("Create returned null"));
    }

    public override void Observe(IReadOnlyList<AttemptOrder> live)
    {
        foreach (var order in live)
        {
            _facts.Give(order);
        }

        _calls.Post(() => _own.Value.Observe(live), e => Unsaid(Told(e)), _ => Unsaid(NotReturned("Observe"))).Wait(_context.Leaving);

        // Nothing is known of them; to take one for never started could start it twice.
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
                Expect(() => _facts.Count(order.Attempt) > 0, order, "Start has returned, and nothing was reported of it");
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
                    _facts.Tell(new Observation.Unknown(order.Attempt, Now, $"{NotReturned("an earlier call")}; this attempt was not started, and the next command starts it"));
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
            _facts.Tell(new Observation.EndTold(order.Attempt, Now));
            Expect(() => !_facts.IsLive(order.Attempt), order, $"{before}it was asked to end it and has not said that it has");
        },
        e => TellUnasked(order, before + Told(e)),
        begun => TellUnasked(order, before + NotReturned(begun ? "Cancel" : "an earlier call")));

    // A person decides, unless asking once more helps.
    private void TellUnasked(AttemptOrder order, string why)
    {
        TellUnknown(order, why);
        _facts.Tell(new Observation.EndNotTold(order.Attempt, Now, why));
    }

    // What has begun is to end outside, too; where its operator does not say so, a person decides.
    private void FailStart(AttemptOrder order, Exception exception)
    {
        var why = Told(exception);
        if (!_facts.IsLive(order.Attempt))
        {
            _context.Faults.Warn(Problem.Of(OperatorCodes.ProviderNotUsable, why));
        }
        else if (!_facts.HasBegun(order.Attempt))
        {
            _facts.Tell(DiskTrouble.Is(exception) ? order.HeldUpBy(exception, Now) : new Observation.NotStarted(order.Attempt, Now, why));
        }
        else
        {
            _facts.EndAs(order.Attempt, why);
            // Nothing is said before the answer: a loop would take the attempt for one that only a person can move, and leave.
            Ask(order, why, $"{why}; ");
        }
    }

    // Which of its attempts that thread was for it alone knows.
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
        timer = Background.StartTimer(_context.Clock, Look, e => _context.Faults.Warn(e, "waiting for an operator of the campaign"), _patience, Timeout.InfiniteTimeSpan);

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
            _calls.Post(() => OfOwn(action), e => _context.Faults.Warn(Problem.Of(OperatorCodes.ProviderNotUsable, Told(e))), static _ => { });
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
        _facts.Tell(new Observation.Unknown(order.Attempt, Now, $"{why}; what it started may still be at work. When it is not, -t:CleanupOrphans ends the attempt"));

    private string NotReturned(string method) => $"{OperatorCodes.ProviderNotUsable}: {_name} does not return from {method}";

    private string Told(Exception e) => e is ProblemException { Problems: [var known, ..] } ? Fault.Reason(known)
        : $"{OperatorCodes.ProviderNotUsable}: {_name} threw {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}{OwnProviders.At(e)}";
}
