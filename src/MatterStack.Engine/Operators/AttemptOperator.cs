using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators;

/// <summary>
/// Executes the attempts of one operator key. Reports facts (<see cref="Observation"/>) through
/// <see cref="OperatorContext.Report"/>, from any thread. The engine decides what follows from a fact.
/// </summary>
/// <remarks>
/// An attempt must survive the process that started it. Its id is stored outside (in a file, a job name or a request key), so that
/// <see cref="Observe"/> finds the attempt after a crash and nothing is started twice.
/// Methods return quickly; long work runs on threads of the operator.
/// </remarks>
public abstract class AttemptOperator : IDisposable
{
    /// <summary>Looks for attempts that an earlier process started or may have started, and reports the state of each before it returns.
    /// There is one call for all attempts.
    /// Running attempts are watched from then on. The operator reports nothing for an attempt that was certainly never started: the engine
    /// starts it next.</summary>
    /// <param name="live">Attempts that have not ended, including intended attempts that are not known to have started.</param>
    public abstract void Observe(IReadOnlyList<AttemptRequest> live);

    /// <summary>Starts an attempt whose intent is durable. The operator always reports one of these facts:
    /// <see cref="Observation.Started"/>,
    /// <see cref="Observation.WaitingExternally"/>, <see cref="Observation.Submitted"/>, <see cref="Observation.NotStarted"/> or
    /// <see cref="Observation.Blocked"/>.</summary>
    /// <param name="request">The attempt.</param>
    public abstract void Start(AttemptRequest request);

    /// <summary>Requests the end of an attempt. The operator reports <see cref="Observation.Exited"/> when the attempt has ended.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="reason">Reason, as text for people.</param>
    public abstract void Cancel(AttemptRequest request, string reason);

    /// <summary>Takes an attempt back that has not begun, because its task was amended. An attempt that begins at this moment must go
    /// on.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="reason">Reason, as text for people.</param>
    /// <returns>Whether the operator takes it back: it then reports <see cref="Observation.Exited"/> with
    /// <see cref="AttemptEnd.IsCancelled"/>, or <see cref="Observation.NotWithdrawn"/> if the attempt has begun after all. Otherwise the
    /// attempt goes on.</returns>
    public virtual bool TryWithdraw(AttemptRequest request, string reason) => false;

    /// <summary>Keeps attempts that were started but have not begun to run from beginning, for example jobs in a queue: the run is paused.
    /// Running work continues. Called after <see cref="Observe"/>, in every command as long as the run is paused.</summary>
    public virtual void Hold() { }

    /// <summary>Lets held attempts begin: the run continues. Called after <see cref="Observe"/>, also if nothing was held.</summary>
    public virtual void Release() { }

    /// <summary>Asks the accounting of the cluster later what attempts used that have ended. Reports
    /// <see cref="Observation.UsageFound"/>.</summary>
    internal virtual void WatchUsage(IReadOnlyList<PendingUsage> ended) { }

    /// <summary>Asks it now for all attempts that wait for an answer, and reports what it says before it returns.</summary>
    /// <param name="timeout">Longest time to wait.</param>
    internal virtual void AskUsage(TimeSpan timeout) { }

    /// <summary>Stops watching. Attempts continue, and the next <see cref="Observe"/> finds them.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()"/>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing) { }
}
