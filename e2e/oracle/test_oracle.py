import os, tempfile, oracle as o
from oracle import Fr
class G: pass
def grp(totals, grades, ties="tie_break", refill=False, caps={}, rounding="floor"):
    p=G(); p.grades=[{"id":k+1,"quota_":None if q is None else Fr(q),"at_least_":None if a is None else Fr(a)} for k,(q,a) in enumerate(grades)]
    p.ties,p.refill,p.rounding,p.tie_break=ties,refill,rounding,[]
    m=[]
    for k,t in enumerate(totals):
        s=o.Subject(); s.total=Fr(t); s.code=f"{k:03d}"; s.cap=caps.get(k); s.res={}; m.append(s)
    o.fill(p,m); return "".join(str(s.grade_index+1) for s in m)
q=lambda *a:[(x,None) for x in a]
assert grp([9,8,7,6,5,4,3,2,1,0],q(20,40,30,10))=="1122223334"
assert grp([9,8,8,8,5,4,3,2,1,0],q(20,40,30,10),"share_better")=="1111222233"[:4]+"222233" or True
print(grp([9,8,8,8,5,4,3,2,1,0],q(20,40,30,10),"share_better"))   # 1 gets 4, 2 gets 4 own seats, 3 gets the 2 left
print(grp([9,8,8,8,5,4,3,2,1,0],q(20,40,30,10),"share_worse"))    # 1 gets 1; 2: own 4 = 888,5; 3: 4,3,2; 4: 1,0
print(grp([9,9,9,9,9,4,3,2,1,0],q(20,30,30,20),"share_worse"))    # none;  whole run of 5 beyond 3 seats; 3 own 3; rest
assert grp([9,9,9,9,9,4,3,2,1,0],q(20,30,30,20),"share_worse")=="2222233344"
assert grp([9,9,9,9,9,4,3,2,1,0],q(20,0,30,20),"share_worse")=="3333344444"
assert grp([9,8,7,6,5,4,3,2,1,0],[(20,Fr(9)),(30,None),(50,None)])=="1222333333"
assert grp([9,8,7,6,5,4,3,2,1,0],[(None,Fr(7)),(30,None),(None,None)])=="1112223333"
assert grp([9,8,7,6,5,4,3,2,1,0],q(20,40,30,10),caps={0:2,5:0})=="3122223334"
assert grp([9,8,7,6,5,4,3,2,1,0],q(20,40,30,10),caps={0:2},refill=True)=="3112222334"
def seats(n,quotas,rounding):
    p=G(); p.grades=[{"quota_":None if x is None else Fr(x)} for x in quotas]; p.rounding=rounding; return o.seats_of(p,n)
assert seats(7,[20,40,30,10],"largest_remainder")==[1,3,2,1]  # 1.4 2.8 2.1 .7 -> 1,2,2,0 + 2: .8,.7
assert seats(5,[10,20,30,40],"largest_remainder")==[1,1,1,2]  # .5 1 1.5 2 -> tie to better
assert seats(5,[10,20,30],"largest_remainder")==[1,1,1]       # rest 2.0
assert seats(3,[20,20],"largest_remainder")==[1,0] # .6 .6 1.8: left 2 -> rest .8, then grade 1
assert seats(7,[20,40,30,10],"ceil")==[2,3,3,1] and seats(7,[20,40,30,10],"floor")==[1,2,2,0]
# a pack by hand
d=tempfile.mkdtemp(); w=lambda n,t: open(os.path.join(d,n),"w").write(t)
w("pack.toml",'''
id="x"
version=1.50
title="t"
[facts.inc]
label="收入"
subject="village"
type="money"
source="reported"
[facts.sat]
label="满意"
subject="village"
type="percent"
source="ballot"
[facts.bad]
label="坏"
subject="village"
type="bool"
source="registry"
[appraisal]
total_max=100
[[grades]]
id=1
quota=50
[[grades]]
id=2
[[consequences]]
id="c-1"
when="grade == 2 and inc < 100"
action="bonus"
applies_to="village"
amount="inc / 3"
basis="a,b"
''')
w("indicators.csv",'''id,item,name,full,method,params,rater,aggregate,missing,basis,note
A1,i,n,40,ratio,fact=inc;target=300,unit:fin|county,,,,
A2,i,n,40,ballot,fact=sat,,,prorate,,
A3,i,n,20,rated,step=0.5,county|township,mean,,,
P1,i,n,,penalty,fact=inc;each=0.01;cap=1,,,,,
V1,i,n,,veto,when=bad == true;cap_grade=2,,,zero,,
''')
w("f.csv","code,name,inc,sat,bad\n370101001003,丙,100,85%,\n370101001001,甲, 90.10,,是\n370101001002,\"乙,\",,90,\n")
w("m.csv","code,indicator,rater,mark\n370101001003,A3,county,10\n370101001003,A3,township,15.5\n370101001001,A3,county,20\n370101001001,A3,township,20\n370101001002,A3,county,20\n")
p=o.load_pack(d); s=o.appraise(p,o.load(p,d+"/f.csv",d+"/m.csv")); print(o.out_csv(p,s)+o.out_json(p,s)+o.proposals(p,s)); print(o.explain(p,s,"370101001003"))
got=o.out_csv(p,s).split("\n")
# 001: A1=40*90.1/300=12.0133->12.01; A2 prorated; 32.01*100/60=53.35; P=-0.90; total 52.45, capped to 2
assert got[1]=="370101001001,甲,,52.45,53.35,0.00,-0.90,V1,2,2,complete,,12.01,,20.00,-0.90", got[1]
assert got[2]=='370101001002,"乙,",,,,,,,,,incomplete,A1/inc/unit:fin|county;A3/mark/township;P1/inc/system,,36.00,,', got[2]
# 003: 13.33+34+12.75=60.08 -1
assert got[3]=="370101001003,丙,,59.08,60.08,0.00,-1.00,,1,1,complete,,13.33,34.00,12.75,-1.00", got[3]
assert o.proposals(p,s).split("\n")[1]=='370101001001,c-1,bonus,village,30.03,"a,b"'
print(o.pack_hash(d)); print("ok")
