using System.Reflection;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Plugins;

/// <summary>Wraps the operator of a plug-in. An exception or a call that does not return becomes a fact about the attempt, so it never
/// breaks or delays a tick.</summary>
internal sealed class PluginOperator : AttemptOperator
{
    private static readonly TimeSpan MaxDisposeWait = TimeSpan.FromSeconds(5);

    private readonly string _name;
    private readonly OperatorContext _context;
    private readonly TimeSpan _callTimeout;
    private readonly PluginFactFilter _facts;
    private readonly PluginCallQueue _calls;
    private readonly Lazy<AttemptOperator> _plugin;
    private readonly IDisposable _strayExceptions;

    /// <param name="name">Class name of the plug-in's provider.</param>
    /// <param name="assembly">Assembly of the plug-in.</param>
    /// <param name="create">Creates the plug-in's operator.</param>
    /// <param name="context">Services for the operator.</param>
    /// <param name="patience">Time limit of a call.</param>
    public PluginOperator(
        string name,
        Assembly assembly,
        Func<OperatorContext, AttemptOperator> create,
        OperatorContext context,
        TimeSpan patience
    )
    {
        (_name, _context, _callTimeout) = (name, context, patience);
        _facts = new PluginFactFilter(name, context);
        _calls = new PluginCallQueue(context.Clock, patience, context.Faults);
        _strayExceptions = StrayExceptions.WatchAssembly(assembly, ReportStrayException);
        var given = context.WithReport(_facts.ReceiveFact);
        // The first call creates the operator, so an exception there affects only its own tasks.
        _plugin = new Lazy<AttemptOperator>(() => create(given) ?? throw new InvalidOperationException("Create returned null"));
    }

    public override void Observe(IReadOnlyList<AttemptRequest> live)
    {
        foreach (var request in live)
        {
            _facts.AddAttempt(request);
        }

        _calls
            .PostCall(
                () => _plugin.Value.Observe(live),
                e => ReportUnobserved(DescribeException(e)),
                _ => ReportUnobserved(DescribeNoReturn("Observe"))
            )
            .Wait(_context.ShuttingDown);

        // Their state is unknown. Treating one as never started could start it twice.
        void ReportUnobserved(string why)
        {
            foreach (var request in live.Where(o => _facts.IsLive(o.Attempt) && _facts.CountFacts(o.Attempt) == 0))
            {
                ReportUnknown(request, why);
            }
        }
    }

    public override void Start(AttemptRequest request)
    {
        _facts.AddAttempt(request);
        _calls.PostCall(
            () =>
            {
                _plugin.Value.Start(request);
                ExpectProgress(() => _facts.CountFacts(request.Attempt) > 0, request, "Start has returned without reporting a fact");
            },
            e => HandleStartFailure(request, e),
            begun =>
            {
                if (begun)
                {
                    ReportUnknown(request, DescribeNoReturn("Start"));
                }
                else
                {
                    _facts.ReportFact(
                        new Observation.Unreachable(
                            request.Attempt,
                            Now,
                            $"{DescribeNoReturn("an earlier call")}; this attempt was not started, and the next command starts it"
                        )
                    );
                }
            },
            () => _facts.CountFacts(request.Attempt) > 0
        );
    }

    public override void Cancel(AttemptRequest request, string reason)
    {
        _facts.AddAttempt(request);
        RequestEnd(request, reason);
    }

    public override void Hold() => PostIfUsed(own => own.Hold());

    public override void Release() => PostIfUsed(own => own.Release());

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        PostIfUsed(own => own.Dispose());
        _calls.StopAndWait(_callTimeout < MaxDisposeWait ? _callTimeout : MaxDisposeWait);
        _facts.Close();
        _strayExceptions.Dispose();
    }

    private DateTimeOffset Now => _context.Clock.GetUtcNow();

    private void RequestEnd(AttemptRequest request, string reason, string before = "") =>
        _calls.PostCall(
            () =>
            {
                _plugin.Value.Cancel(request, reason);
                _facts.ReportFact(new Observation.EndRequestSent(request.Attempt, Now));
                ExpectProgress(
                    () => !_facts.IsLive(request.Attempt),
                    request,
                    $"{before}it was asked to end the attempt and has not reported its end"
                );
            },
            e => ReportEndNotConfirmed(request, before + DescribeException(e)),
            begun => ReportEndNotConfirmed(request, before + DescribeNoReturn(begun ? "Cancel" : "an earlier call"))
        );

    // A person decides, unless another request helps.
    private void ReportEndNotConfirmed(AttemptRequest request, string why)
    {
        ReportUnknown(request, why);
        _facts.ReportFact(new Observation.EndRequestFailed(request.Attempt, Now, why));
    }

    // An attempt that has begun must end outside, too. If its operator does not confirm that, a person decides.
    private void HandleStartFailure(AttemptRequest request, Exception exception)
    {
        var why = DescribeException(exception);
        if (!_facts.IsLive(request.Attempt))
        {
            _context.Faults.RecordWarning(Problem.Create(OperatorCodes.PluginNotUsable, why));
        }
        else if (!_facts.HasBegun(request.Attempt))
        {
            _facts.ReportFact(
                DiskErrors.IsDiskError(exception)
                    ? request.CreateBlocked(exception, Now)
                    : new Observation.NotStarted(request.Attempt, Now, why)
            );
        }
        else
        {
            _facts.SetEndReason(request.Attempt, why);
            // Report nothing before the answer: otherwise a loop takes the attempt for one that only a person can move, and returns.
            RequestEnd(request, why, $"{why}; ");
        }
    }

    // Only the plug-in knows which attempt the thread was for.
    private void ReportStrayException(Exception exception)
    {
        foreach (var request in _facts.LiveAttempts.Where(o => _facts.HasBegun(o.Attempt)))
        {
            ReportUnknown(request, $"{DescribeException(exception)} on a thread of its own");
        }
    }

    private void ExpectProgress(Func<bool> come, AttemptRequest request, string what)
    {
        if (come())
        {
            return;
        }

        ITimer? timer = null;
        timer = Background.StartTimer(
            _context.Clock,
            CheckProgress,
            e => _context.Faults.RecordWarning(e, "waiting for an operator of the campaign"),
            _callTimeout,
            Timeout.InfiniteTimeSpan
        );

        void CheckProgress()
        {
            timer?.Dispose();
            if (!come())
            {
                ReportUnknown(request, $"{OperatorCodes.PluginNotUsable}: {_name}: {what}");
            }
        }
    }

    private void PostIfUsed(Action<AttemptOperator> action)
    {
        if (_calls.IsUsed)
        {
            _calls.PostCall(
                () => CallIfCreated(action),
                e => _context.Faults.RecordWarning(Problem.Create(OperatorCodes.PluginNotUsable, DescribeException(e))),
                static _ => { }
            );
        }
    }

    private void CallIfCreated(Action<AttemptOperator> action)
    {
        if (_plugin.IsValueCreated)
        {
            action(_plugin.Value);
        }
    }

    private void ReportUnknown(AttemptRequest request, string why) =>
        _facts.ReportFact(
            new Observation.Unreachable(
                request.Attempt,
                Now,
                $"{why}; the work that it started may still run. When it does not, -t:CleanupOrphans ends the attempt"
            )
        );

    private string DescribeNoReturn(string method) => $"{OperatorCodes.PluginNotUsable}: {_name} does not return from {method}";

    private string DescribeException(Exception e) =>
        e is ProblemException { Problems: [var known, ..] }
            ? Fault.FormatReason(known)
            : $"{OperatorCodes.PluginNotUsable}: {_name} threw {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}"
                + (ApiMismatch.IsCause(e) ? $" {ApiMismatch.OperatorRemedy}" : PluginLoader.DescribeThrowSite(e));
}
