#!/usr/bin/env python3
"""would-rebuild.py GOKBUILD WORK ROUNDS SEED [GOAL...]: after each of some random edits asks --query=would-rebuild and then builds, and
compares the targets whose recipes ran. WORK holds a tree (src) and what was built of it (out); GOKBUILD is an absolute name.

MISSED are targets that were made and not told of, extra are those that were told of and spared. A target that is told of with a
condition is made if one of the files named there came out different, or was written at all if it says so; where it says "perhaps", and
there is nothing else, either is right: these rounds are counted. The exit status is 1 unless all rounds are equal.
"""
import hashlib,json,os,random,subprocess,sys
gk,work,n,seed=sys.argv[1],sys.argv[2],int(sys.argv[3]),int(sys.argv[4])
goal=sys.argv[5:]
rng=random.Random(seed)
src=os.path.realpath(work+'/src'); out=os.path.realpath(work+'/out')
env=dict(os.environ)
def run(*a,**k): return subprocess.run([gk,'-C',src,'O='+out,*a],capture_output=True,text=True,env=env,**k)
files=[os.path.join(d,f) for d,_,fs in os.walk(src) for f in fs if f.endswith(('.c','.h','.S')) or f.startswith('Makefile') or f=='Kbuild' or f.startswith('Kconfig')]
if len(files)>500: 
    done=set()
    for d,_,fs in os.walk(out):
        for f in fs:
            if f.endswith('.o'): done.add(os.path.relpath(os.path.join(d,f[:-2]),out))
    files=[f for f in files if os.path.relpath(f.rsplit('.',1)[0],src) in done]
files.sort()
def events(*a):
    ev=work+'/ev.json'
    r=run('--json='+ev,*a)
    dirs={};settle=set();ran=set();phony=set()
    for line in open(ev):
        e=json.loads(line)
        if e['event']=='make':
            dirs[e['make']]=e.get('dir','')
            if e.get('settling'): settle.add(e['make'])
        if e['event']=='done' and e.get('make') not in settle and e.get('ran'):
            ran.add(os.path.normpath(os.path.join(dirs.get(e['make'],''),e['target'])))
    return r,ran
def state(p):
    try: return hashlib.sha1(open(p,'rb').read()).digest(), os.stat(p).st_mtime_ns
    except OSError: return None,None
eq=miss=extra=open_=conditional=undecided=0
for i in range(n):
    f=rng.choice(files); kind=rng.choice(['touch','line','remove','comment','code'])
    if kind=='code' and not f.endswith('.c'): kind='line'
    was={} # what there was of a file that is not there now
    if kind=='touch': os.utime(f)
    elif kind=='remove':
        objs=[os.path.join(d,x) for d,_,xs in os.walk(out) for x in xs if x.endswith(('.o','.a','.order','.cmd')) and '/scripts/' not in d]
        f=rng.choice(sorted(objs)); was[f]=state(f); os.remove(f)
    else:
        s=open(f,errors='replace').read(); c=f.endswith(('.c','.h','.S'))
        s+= ('\n/* %d */\n'%i if c else '\n# %d\n'%i) if kind=='comment' or not c or f.endswith('.S') else '\nint changed_%d = %d;\n'%(i,i) if kind=='code' else '\nextern int added_%d;\n'%i
        open(f,'w').write(s)
    q=run('-j2','--query=would-rebuild','--json',*goal)
    anyway=set(); may={}; dated={}; perhaps={}; remade=[]
    try:
        a=json.loads(q.stdout); remade=a.get('open',[])
        path=lambda x: os.path.normpath(os.path.join(out,x))
        for t in a['targets']:
            if 'if' in t: may[path(t['target'])]=set(map(path,t['if'])); dated[path(t['target'])],perhaps[path(t['target'])]=[set(map(path,t.get(k,[]))) for k in ('dated','perhaps')]
            else: anyway.add(path(t['target']))
    except Exception as e: print('query failed',q.returncode,q.stderr[-300:])
    before={x:was.get(x) or state(x) for xs in may.values() for x in xs}
    r,ran=events('-j2',*goal)
    different={x for x in before if state(x)[0]!=before[x][0]}
    written={x for x in before if state(x)!=before[x]}
    said=anyway|{t for t,xs in may.items() if different&xs or written&dated[t]}
    either={t for t,xs in perhaps.items() if written&xs}-said
    m=ran-said-either; x=said-ran
    conditional+=bool(may); open_+=bool(remade); undecided+=bool(either)
    if not m and not x: eq+=1
    if m: miss+=1; print(i,kind,os.path.relpath(f,work),'MISSED',sorted(os.path.relpath(y,out) for y in m)[:8])
    if x: extra+=1; print(i,kind,os.path.relpath(f,work),'extra',sorted(os.path.relpath(y,out)+(' if' if y in may else '') for y in x)[:8])
    if r.returncode: print(i,'build failed',r.stderr[-200:])
print('equal',eq,'missed',miss,'extra',extra,'; with conditions',conditional,', perhaps',undecided,', makefiles remade',open_)
sys.exit(eq!=n)
